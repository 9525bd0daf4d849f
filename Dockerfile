# The server alone, without the tools that build and test it. The versions of Node that run it
# strip types and have the embedded database: 24.15 or later.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY extensions/pos/package.json extensions/pos/
COPY extensions/pos-2025-07/package.json extensions/pos-2025-07/
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# The merchant's page is built once; what builds it stays behind.
FROM node:24-bookworm-slim AS page
WORKDIR /app
COPY package.json package-lock.json ./
COPY extensions/pos/package.json extensions/pos/
COPY extensions/pos-2025-07/package.json extensions/pos-2025-07/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.base.json ./
COPY shared shared
COPY server server
RUN ["node_modules/.bin/vite", "build", "server/admin-page"]

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY shared shared
COPY server server
COPY --from=page /app/server/admin-page/dist server/admin-page/dist
USER node
# Books and backups; on PostgreSQL nothing is kept here.
VOLUME /data
ENV DATABASE_FILE=/data/tideover.sqlite PORT=3000 HOST=0.0.0.0
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# No shell in between, so that the signal to end reaches the server.
CMD ["node", "server/main.ts"]
