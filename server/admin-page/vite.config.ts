/** How the merchant's page becomes `dist/page.js`: `npm run build`, or `vite build` somewhere. */
import { defineConfig } from 'vite';

export default defineConfig({
  // What a test builds is what everybody gets.
  oxc: { jsx: { runtime: 'automatic', importSource: 'react', development: false } },
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  build: {
    target: 'es2022',
    sourcemap: true,
    emptyOutDir: true,
    rollupOptions: {
      input: 'page.tsx',
      // The frame names the file; it is asked for anew each time.
      output: { entryFileNames: 'page.js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
