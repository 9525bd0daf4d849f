/** `/api/admin/*`: what the merchant's page reads and decides. Always the token's own shop. */
import type { Request as Asked } from 'express';
import type { SwitchesAnswer } from '../../shared/merchant/settings.ts';
import * as v from '../../shared/schema.ts';
import type { BillingConfig } from '../config.ts';
import type { ShopDomain } from '../database/database.ts';
import { HttpError } from '../http-error.ts';
import { settingsSchema, type SettingsStore } from '../settings.ts';
import type { AdminRoute } from './door.ts';
import { bodyOf } from './read-body.ts';
import { NAMES_MAX, readNames } from './names.ts';
import { cancelPlan, planState, requestPlan, requirePlan } from './plan.ts';
import { OPTIONAL_SCOPES, scopeState } from './scopes.ts';

export interface AdminApiDeps {
  readonly settings: SettingsStore;
  readonly billing: BillingConfig | undefined;
}

const { cartExtension, storeCredit } = settingsSchema.entries;
const changeSchema = v.strictObject({
  cartExtension: v.optional(cartExtension),
  storeCredit: v.optional(storeCredit),
});
const scopesSchema = v.strictObject({
  scopes: v.pipe(
    v.array(v.picklist(Object.keys(OPTIONAL_SCOPES))),
    v.minLength(1),
    v.maxLength(Object.keys(OPTIONAL_SCOPES).length),
  ),
});

export function createAdminRoutes({ settings, billing }: AdminApiDeps): readonly AdminRoute[] {
  return [
    {
      method: 'get',
      path: '/me',
      answer: async (context) => {
        const { shop, user } = context;
        const scopes = await scopeState(context);
        const plan = await planState(context, billing);
        return Response.json({ shop, user, scopes, plan, settings: await settings.of(shop) });
      },
    },
    {
      method: 'get',
      path: '/settings',
      answer: async ({ shop }) => Response.json(await switchesOf(settings, shop)),
    },
    {
      method: 'put',
      path: '/settings',
      answer: async (context, asked) => {
        const { shop, user } = context;
        const change = bodyOf(asked, changeSchema);
        const part = Object.fromEntries(
          Object.entries(change).filter(([, value]) => value !== undefined),
        );
        if (change.cartExtension === true || change.storeCredit === 'shopify') {
          await requirePlan(context, billing);
        }
        await settings.change(shop, part, user);
        return Response.json(await switchesOf(settings, shop));
      },
    },
    {
      method: 'get',
      path: '/names',
      answer: async (context, asked) => {
        const { granted } = await scopeState(context);
        return Response.json(await readNames({ api: context.api, granted }, idsOf(asked)));
      },
    },
    ...scopeRoutes(),
    ...planRoutes(billing),
  ];
}

async function switchesOf(settings: SettingsStore, shop: ShopDomain): Promise<SwitchesAnswer> {
  return { settings: await settings.of(shop), versions: [...(await settings.versions(shop))] };
}

function scopeRoutes(): readonly AdminRoute[] {
  return [
    {
      method: 'post',
      path: '/scopes/request',
      answer: async (context, asked) => {
        const { scopes } = bodyOf(asked, scopesSchema);
        // Leads to Shopify's page unless all are granted already.
        await context.scopes.request([...scopes]);
        return Response.json({ scopes: await scopeState(context) });
      },
    },
    {
      method: 'post',
      path: '/scopes/revoke',
      answer: async (context, asked) => {
        const { scopes } = bodyOf(asked, scopesSchema);
        await context.scopes.revoke([...scopes]);
        return Response.json({ scopes: await scopeState(context) });
      },
    },
  ];
}

function planRoutes(billing: BillingConfig | undefined): readonly AdminRoute[] {
  return [
    {
      method: 'post',
      path: '/plan/request',
      answer: (context) => requestPlan(context, billing),
    },
    {
      method: 'post',
      path: '/plan/cancel',
      answer: async (context) => {
        const cancelled = await cancelPlan(context, billing);
        return Response.json({ cancelled, plan: await planState(context, billing) });
      },
    },
  ];
}

/** `?ids=101,102`: customers by number. */
function idsOf(asked: Asked): readonly number[] {
  const { ids } = asked.query;
  const isList = typeof ids === 'string' && /^[1-9]\d{0,15}(?:,[1-9]\d{0,15})*$/.test(ids);
  const list = isList ? ids.split(',').map(Number) : [];
  if (isList && list.length <= NAMES_MAX && list.every(Number.isSafeInteger)) return list;
  const message = `"ids" must be up to ${NAMES_MAX} customers' numbers with commas between.`;
  throw new HttpError(400, 'invalid-parameter', message);
}
