/** Written by generate.ts from the types of @shopify/ui-extensions: do not edit. */
export const COMPONENT_SETS = {
  none: [],
  ActionExtensionComponents: ['s-button'],
  BasicComponents: [
    's-badge',
    's-banner',
    's-box',
    's-button',
    's-choice',
    's-choice-list',
    's-clickable',
    's-date-field',
    's-date-picker',
    's-date-spinner',
    's-divider',
    's-email-field',
    's-embed',
    's-empty-state',
    's-heading',
    's-icon',
    's-image',
    's-link',
    's-modal',
    's-number-field',
    's-page',
    's-pos-block',
    's-scroll-box',
    's-search-field',
    's-section',
    's-spinner',
    's-stack',
    's-switch',
    's-tab',
    's-tab-list',
    's-tab-panel',
    's-tabs',
    's-text',
    's-text-area',
    's-text-field',
    's-time-field',
    's-time-picker',
  ],
  BlockExtensionComponents: [
    's-badge',
    's-box',
    's-button',
    's-date-picker',
    's-date-spinner',
    's-heading',
    's-icon',
    's-image',
    's-modal',
    's-pos-block',
    's-section',
    's-stack',
    's-text',
    's-time-picker',
  ],
  ReceiptComponents: ['s-pos-block', 's-qr-code', 's-text'],
  SmartGridComponents: ['s-tile'],
} as const;

export const TARGETS = {
  'pos.app.ready.data': { apis: ['DataTargetApi'], components: 'none' },
  'pos.cart.line-item-details.action.menu-item.render': {
    apis: ['StandardApi', 'ActionApi', 'CartApi', 'CartLineItemApi'],
    components: 'ActionExtensionComponents',
  },
  'pos.cart.line-item-details.action.render': {
    apis: ['ActionTargetApi', 'ActionApi', 'CartApi', 'CartLineItemApi'],
    components: 'BasicComponents',
  },
  'pos.customer-details.action.menu-item.render': {
    apis: ['StandardApi', 'ActionApi', 'CartApi', 'CustomerApi'],
    components: 'ActionExtensionComponents',
  },
  'pos.customer-details.action.render': {
    apis: ['ActionTargetApi', 'CartApi', 'CustomerApi'],
    components: 'BasicComponents',
  },
  'pos.customer-details.block.render': {
    apis: ['StandardApi', 'CartApi', 'CustomerApi', 'ActionApi'],
    components: 'BlockExtensionComponents',
  },
  'pos.draft-order-details.action.menu-item.render': {
    apis: ['StandardApi', 'ActionApi', 'CartApi', 'DraftOrderApi'],
    components: 'ActionExtensionComponents',
  },
  'pos.draft-order-details.action.render': {
    apis: ['ActionTargetApi', 'DraftOrderApi', 'CartApi'],
    components: 'BasicComponents',
  },
  'pos.draft-order-details.block.render': {
    apis: ['StandardApi', 'ActionApi', 'CartApi', 'DraftOrderApi'],
    components: 'BlockExtensionComponents',
  },
  'pos.exchange.post.action.menu-item.render': {
    apis: ['StandardApi', 'ActionApi', 'OrderApi'],
    components: 'ActionExtensionComponents',
  },
  'pos.exchange.post.action.render': {
    apis: ['ActionTargetApi', 'OrderApi'],
    components: 'BasicComponents',
  },
  'pos.exchange.post.block.render': {
    apis: ['StandardApi', 'OrderApi', 'ActionApi'],
    components: 'BlockExtensionComponents',
  },
  'pos.home.modal.render': { apis: ['ActionTargetApi', 'CartApi'], components: 'BasicComponents' },
  'pos.home.tile.render': {
    apis: ['StandardApi', 'ActionApi', 'CartApi'],
    components: 'SmartGridComponents',
  },
  'pos.order-details.action.menu-item.render': {
    apis: ['StandardApi', 'ActionApi', 'CartApi', 'OrderApi'],
    components: 'ActionExtensionComponents',
  },
  'pos.order-details.action.render': {
    apis: ['ActionTargetApi', 'CartApi', 'OrderApi'],
    components: 'BasicComponents',
  },
  'pos.order-details.block.render': {
    apis: ['StandardApi', 'CartApi', 'OrderApi', 'ActionApi'],
    components: 'BlockExtensionComponents',
  },
  'pos.product-details.action.menu-item.render': {
    apis: ['StandardApi', 'ActionApi', 'CartApi', 'ProductApi'],
    components: 'ActionExtensionComponents',
  },
  'pos.product-details.action.render': {
    apis: ['ActionTargetApi', 'CartApi', 'ProductApi'],
    components: 'BasicComponents',
  },
  'pos.product-details.block.render': {
    apis: ['StandardApi', 'CartApi', 'ProductApi', 'ActionApi'],
    components: 'BlockExtensionComponents',
  },
  'pos.purchase.post.action.menu-item.render': {
    apis: ['StandardApi', 'ActionApi', 'OrderApi'],
    components: 'ActionExtensionComponents',
  },
  'pos.purchase.post.action.render': {
    apis: ['ActionTargetApi', 'OrderApi'],
    components: 'BasicComponents',
  },
  'pos.purchase.post.block.render': {
    apis: ['StandardApi', 'OrderApi', 'ActionApi'],
    components: 'BlockExtensionComponents',
  },
  'pos.receipt-footer.block.render': {
    apis: ['StorageApi', 'TransactionCompleteWithReprintData'],
    components: 'ReceiptComponents',
  },
  'pos.receipt-header.block.render': {
    apis: ['StorageApi', 'TransactionCompleteWithReprintData'],
    components: 'ReceiptComponents',
  },
  'pos.register-details.action.menu-item.render': {
    apis: ['StandardApi', 'ActionApi', 'CashDrawerApi'],
    components: 'ActionExtensionComponents',
  },
  'pos.register-details.action.render': {
    apis: ['ActionTargetApi', 'CashDrawerApi'],
    components: 'BasicComponents',
  },
  'pos.register-details.block.render': {
    apis: ['StandardApi', 'ActionApi', 'CashDrawerApi'],
    components: 'BlockExtensionComponents',
  },
  'pos.return.post.action.menu-item.render': {
    apis: ['StandardApi', 'ActionApi', 'OrderApi'],
    components: 'ActionExtensionComponents',
  },
  'pos.return.post.action.render': {
    apis: ['ActionTargetApi', 'OrderApi'],
    components: 'BasicComponents',
  },
  'pos.return.post.block.render': {
    apis: ['StandardApi', 'OrderApi', 'ActionApi'],
    components: 'BlockExtensionComponents',
  },
} as const;
