/** Written by generate.ts from @shopify/polaris-types: do not edit. */
import type { PropertyKind } from '../elements/element-class.ts';

export interface AdminComponent {
  readonly properties: Readonly<Record<string, PropertyKind>>;
  /** Attributes that set another property than the one of their own name. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly events?: readonly string[];
  readonly slots?: readonly string[];
}

// One property a line would be a thousand lines.
// prettier-ignore
export const COMPONENTS: Readonly<Record<string, AdminComponent>> = {
  's-avatar': {
    properties: { alt: 'string', initials: 'string', size: 'string', src: 'string' },
    events: ['error', 'load'],
  },
  's-badge': {
    properties: { color: 'string', icon: 'string', size: 'string', tone: 'string' },
  },
  's-banner': {
    properties: { dismissible: 'boolean', heading: 'string', hidden: 'boolean', tone: 'string' },
    events: ['afterhide', 'dismiss'],
    slots: ['secondary-actions'],
  },
  's-box': {
    properties: {
      accessibilityLabel: 'string', accessibilityRole: 'string', accessibilityVisibility: 'string',
      background: 'string', blockSize: 'string', border: 'string', borderColor: 'string',
      borderRadius: 'string', borderStyle: 'string', borderWidth: 'string', display: 'string',
      inlineSize: 'string', maxBlockSize: 'string', maxInlineSize: 'string', minBlockSize: 'string',
      minInlineSize: 'string', overflow: 'string', padding: 'string', paddingBlock: 'string',
      paddingBlockEnd: 'string', paddingBlockStart: 'string', paddingInline: 'string',
      paddingInlineEnd: 'string', paddingInlineStart: 'string',
    },
  },
  's-button': {
    properties: {
      accessibilityLabel: 'string', command: 'string', commandFor: 'string', disabled: 'boolean',
      download: 'string', href: 'string', icon: 'string', inlineSize: 'string',
      interestFor: 'string', lang: 'string', loading: 'boolean', target: 'string', tone: 'string',
      type: 'string', variant: 'string',
    },
    events: ['blur', 'click', 'focus'],
  },
  's-button-group': {
    properties: { accessibilityLabel: 'string', gap: 'string' },
    slots: ['primary-action', 'secondary-actions'],
  },
  's-checkbox': {
    properties: {
      accessibilityLabel: 'string', checked: 'boolean', defaultChecked: 'boolean',
      defaultIndeterminate: 'boolean', details: 'string', disabled: 'boolean', error: 'string',
      indeterminate: 'boolean', label: 'string', labelAccessibilityVisibility: 'string',
      name: 'string', required: 'boolean', value: 'string',
    },
    attributes: { checked: 'defaultChecked', indeterminate: 'defaultIndeterminate' },
    events: ['blur', 'change', 'input'],
    slots: ['details', 'error'],
  },
  's-chip': {
    properties: { accessibilityLabel: 'string', color: 'string', removable: 'boolean' },
    events: ['remove'],
    slots: ['graphic'],
  },
  's-choice': {
    properties: {
      accessibilityLabel: 'string', defaultSelected: 'boolean', disabled: 'boolean',
      selected: 'boolean', value: 'string',
    },
    attributes: { selected: 'defaultSelected' },
    slots: ['details', 'secondary-content'],
  },
  's-choice-list': {
    properties: {
      details: 'string', disabled: 'boolean', error: 'string', label: 'string',
      labelAccessibilityVisibility: 'string', multiple: 'boolean', name: 'string', values: 'array',
    },
    events: ['change', 'input'],
  },
  's-clickable': {
    properties: {
      accessibilityLabel: 'string', accessibilityRole: 'string', accessibilityVisibility: 'string',
      background: 'string', blockSize: 'string', border: 'string', borderColor: 'string',
      borderRadius: 'string', borderStyle: 'string', borderWidth: 'string', command: 'string',
      commandFor: 'string', disabled: 'boolean', display: 'string', download: 'string',
      href: 'string', inlineSize: 'string', interestFor: 'string', lang: 'string',
      loading: 'boolean', maxBlockSize: 'string', maxInlineSize: 'string', minBlockSize: 'string',
      minInlineSize: 'string', overflow: 'string', padding: 'string', paddingBlock: 'string',
      paddingBlockEnd: 'string', paddingBlockStart: 'string', paddingInline: 'string',
      paddingInlineEnd: 'string', paddingInlineStart: 'string', target: 'string', type: 'string',
    },
    events: ['blur', 'click', 'focus'],
  },
  's-clickable-chip': {
    properties: {
      accessibilityLabel: 'string', color: 'string', command: 'string', commandFor: 'string',
      disabled: 'boolean', hidden: 'boolean', href: 'string', interestFor: 'string',
      removable: 'boolean',
    },
    events: ['afterhide', 'click', 'remove'],
    slots: ['graphic'],
  },
  's-color-field': {
    properties: {
      alpha: 'boolean', autocomplete: 'string', defaultValue: 'string', details: 'string',
      disabled: 'boolean', error: 'string', id: 'string', label: 'string',
      labelAccessibilityVisibility: 'string', name: 'string', placeholder: 'string',
      readOnly: 'boolean', required: 'boolean', value: 'string',
    },
    attributes: { value: 'defaultValue' },
    events: ['blur', 'change', 'focus', 'input'],
    slots: ['details', 'error'],
  },
  's-color-picker': {
    properties: {
      alpha: 'boolean', defaultValue: 'string', id: 'string', name: 'string', value: 'string',
    },
    attributes: { value: 'defaultValue' },
    events: ['change', 'input'],
  },
  's-date-field': {
    properties: {
      allow: 'string', allowDays: 'string', autocomplete: 'string', defaultValue: 'string',
      defaultView: 'string', details: 'string', disabled: 'boolean', disallow: 'string',
      disallowDays: 'string', error: 'string', id: 'string', label: 'string',
      labelAccessibilityVisibility: 'string', name: 'string', placeholder: 'string',
      readOnly: 'boolean', required: 'boolean', value: 'string', view: 'string',
    },
    attributes: { value: 'defaultValue', view: 'defaultView' },
    events: ['blur', 'change', 'focus', 'input', 'invalid', 'viewchange'],
    slots: ['details', 'error'],
  },
  's-date-picker': {
    properties: {
      allow: 'string', allowDays: 'string', defaultValue: 'string', defaultView: 'string',
      disallow: 'string', disallowDays: 'string', name: 'string', type: 'string', value: 'string',
      view: 'string', visibleMonths: 'string',
    },
    attributes: { value: 'defaultValue', view: 'defaultView' },
    events: ['blur', 'change', 'focus', 'input', 'viewchange'],
  },
  's-divider': {
    properties: { color: 'string', direction: 'string' },
  },
  's-drop-zone': {
    properties: {
      accept: 'string', accessibilityLabel: 'string', disabled: 'boolean', error: 'string',
      files: 'array', label: 'string', labelAccessibilityVisibility: 'string', multiple: 'boolean',
      name: 'string', required: 'boolean', value: 'string',
    },
    events: ['change', 'droprejected', 'input'],
  },
  's-email-field': {
    properties: {
      autocomplete: 'string', defaultValue: 'string', details: 'string', disabled: 'boolean',
      error: 'string', id: 'string', label: 'string', labelAccessibilityVisibility: 'string',
      maxLength: 'number', minLength: 'number', name: 'string', placeholder: 'string',
      readOnly: 'boolean', required: 'boolean', value: 'string',
    },
    attributes: { value: 'defaultValue' },
    events: ['blur', 'change', 'focus', 'input'],
    slots: ['details', 'error'],
  },
  's-empty-state': {
    properties: { heading: 'string' },
    slots: ['graphic', 'primary-action', 'secondary-actions', 'subheading'],
  },
  's-grid': {
    properties: {
      accessibilityLabel: 'string', accessibilityRole: 'string', accessibilityVisibility: 'string',
      alignContent: 'string', alignItems: 'string', background: 'string', blockSize: 'string',
      border: 'string', borderColor: 'string', borderRadius: 'string', borderStyle: 'string',
      borderWidth: 'string', columnGap: 'string', display: 'string', gap: 'string',
      gridTemplateColumns: 'string', gridTemplateRows: 'string', inlineSize: 'string',
      justifyContent: 'string', justifyItems: 'string', maxBlockSize: 'string',
      maxInlineSize: 'string', minBlockSize: 'string', minInlineSize: 'string', overflow: 'string',
      padding: 'string', paddingBlock: 'string', paddingBlockEnd: 'string',
      paddingBlockStart: 'string', paddingInline: 'string', paddingInlineEnd: 'string',
      paddingInlineStart: 'string', placeContent: 'string', placeItems: 'string', rowGap: 'string',
    },
  },
  's-grid-item': {
    properties: {
      accessibilityLabel: 'string', accessibilityRole: 'string', accessibilityVisibility: 'string',
      background: 'string', blockSize: 'string', border: 'string', borderColor: 'string',
      borderRadius: 'string', borderStyle: 'string', borderWidth: 'string', display: 'string',
      gridColumn: 'string', gridRow: 'string', inlineSize: 'string', maxBlockSize: 'string',
      maxInlineSize: 'string', minBlockSize: 'string', minInlineSize: 'string', overflow: 'string',
      padding: 'string', paddingBlock: 'string', paddingBlockEnd: 'string',
      paddingBlockStart: 'string', paddingInline: 'string', paddingInlineEnd: 'string',
      paddingInlineStart: 'string',
    },
  },
  's-heading': {
    properties: {
      accessibilityRole: 'string', accessibilityVisibility: 'string', fontSize: 'string',
      lineClamp: 'number',
    },
  },
  's-icon': {
    properties: {
      color: 'string', interestFor: 'string', size: 'string', tone: 'string', type: 'string',
    },
  },
  's-image': {
    properties: {
      accessibilityRole: 'string', alt: 'string', aspectRatio: 'string', border: 'string',
      borderColor: 'string', borderRadius: 'string', borderStyle: 'string', borderWidth: 'string',
      inlineSize: 'string', loading: 'string', objectFit: 'string', sizes: 'string', src: 'string',
      srcSet: 'string',
    },
    events: ['error', 'load'],
  },
  's-link': {
    properties: {
      accessibilityLabel: 'string', command: 'string', commandFor: 'string', download: 'string',
      href: 'string', interestFor: 'string', lang: 'string', target: 'string', tone: 'string',
    },
    events: ['click'],
  },
  's-list-item': {
    properties: { id: 'string' },
  },
  's-menu': {
    properties: { accessibilityLabel: 'string', id: 'string' },
  },
  's-modal': {
    properties: {
      accessibilityLabel: 'string', heading: 'string', padding: 'string', size: 'string',
    },
    events: ['afterhide', 'aftershow', 'hide', 'show'],
    slots: ['primary-action', 'secondary-actions'],
  },
  's-money-field': {
    properties: {
      autocomplete: 'string', currencyCode: 'string', defaultValue: 'string', details: 'string',
      disabled: 'boolean', error: 'string', id: 'string', label: 'string',
      labelAccessibilityVisibility: 'string', max: 'number', min: 'number', name: 'string',
      placeholder: 'string', readOnly: 'boolean', required: 'boolean', value: 'string',
    },
    attributes: { value: 'defaultValue' },
    events: ['blur', 'change', 'focus', 'input'],
    slots: ['details', 'error'],
  },
  's-number': {
    properties: {
      accessibilityVisibility: 'string', color: 'string', dir: 'string', fontSize: 'string',
      fontWeight: 'string', tone: 'string',
    },
  },
  's-number-field': {
    properties: {
      autocomplete: 'string', defaultValue: 'string', details: 'string', disabled: 'boolean',
      error: 'string', id: 'string', inputMode: 'string', label: 'string',
      labelAccessibilityVisibility: 'string', max: 'number', min: 'number', name: 'string',
      placeholder: 'string', prefix: 'string', readOnly: 'boolean', required: 'boolean',
      step: 'number', suffix: 'string', value: 'string',
    },
    attributes: { value: 'defaultValue' },
    events: ['blur', 'change', 'focus', 'input'],
    slots: ['details', 'error'],
  },
  's-option': {
    properties: {
      defaultSelected: 'boolean', disabled: 'boolean', selected: 'boolean', value: 'string',
    },
    attributes: { selected: 'defaultSelected' },
  },
  's-option-group': {
    properties: { disabled: 'boolean', label: 'string' },
  },
  's-ordered-list': {
    properties: { id: 'string' },
  },
  's-page': {
    properties: { heading: 'string', inlineSize: 'string' },
    slots: [
      'aside', 'breadcrumb-actions', 'primary-action', 'secondary-actions', 'supplemental-start',
    ],
  },
  's-paragraph': {
    properties: {
      accessibilityVisibility: 'string', color: 'string', dir: 'string', fontSize: 'string',
      fontVariantNumeric: 'string', fontWeight: 'string', lineClamp: 'number', tone: 'string',
    },
  },
  's-password-field': {
    properties: {
      autocomplete: 'string', defaultValue: 'string', details: 'string', disabled: 'boolean',
      error: 'string', id: 'string', label: 'string', labelAccessibilityVisibility: 'string',
      maxLength: 'number', minLength: 'number', name: 'string', placeholder: 'string',
      readOnly: 'boolean', required: 'boolean', value: 'string',
    },
    attributes: { value: 'defaultValue' },
    events: ['blur', 'change', 'focus', 'input'],
    slots: ['details', 'error'],
  },
  's-popover': {
    properties: {
      blockSize: 'string', inlineSize: 'string', maxBlockSize: 'string', maxInlineSize: 'string',
      minBlockSize: 'string', minInlineSize: 'string',
    },
    events: ['afterhide', 'aftershow', 'aftertoggle', 'hide', 'show', 'toggle'],
  },
  's-press-button': {
    properties: {
      accessibilityLabel: 'string', defaultPressed: 'boolean', disabled: 'boolean', icon: 'string',
      inlineSize: 'string', lang: 'string', loading: 'boolean', pressed: 'boolean', tone: 'string',
      variant: 'string',
    },
    attributes: { pressed: 'defaultPressed' },
    events: ['blur', 'click', 'focus'],
  },
  's-progress': {
    properties: { accessibilityLabel: 'string', max: 'number', tone: 'string', value: 'number' },
  },
  's-query-container': {
    properties: { containerName: 'string', id: 'string' },
  },
  's-scroll-box': {
    properties: {
      accessibilityLabel: 'string', accessibilityRole: 'string', accessibilityVisibility: 'string',
      background: 'string', blockSize: 'string', border: 'string', borderColor: 'string',
      borderRadius: 'string', borderStyle: 'string', borderWidth: 'string', display: 'string',
      inlineSize: 'string', maxBlockSize: 'string', maxInlineSize: 'string', minBlockSize: 'string',
      minInlineSize: 'string', overflow: 'string', padding: 'string', paddingBlock: 'string',
      paddingBlockEnd: 'string', paddingBlockStart: 'string', paddingInline: 'string',
      paddingInlineEnd: 'string', paddingInlineStart: 'string', scrollMargin: 'string',
      scrollPadding: 'string', snapType: 'string',
    },
    events: ['scroll', 'scrolltoedge'],
  },
  's-search-field': {
    properties: {
      autocomplete: 'string', defaultValue: 'string', details: 'string', disabled: 'boolean',
      error: 'string', id: 'string', label: 'string', labelAccessibilityVisibility: 'string',
      maxLength: 'number', minLength: 'number', name: 'string', placeholder: 'string',
      readOnly: 'boolean', required: 'boolean', value: 'string',
    },
    attributes: { value: 'defaultValue' },
    events: ['blur', 'change', 'focus', 'input'],
    slots: ['details', 'error'],
  },
  's-section': {
    properties: {
      accessibilityLabel: 'string', heading: 'string', padding: 'string', subheading: 'string',
    },
    slots: ['accessory', 'graphic', 'primary-action', 'secondary-actions', 'supplemental'],
  },
  's-select': {
    properties: {
      details: 'string', disabled: 'boolean', error: 'string', icon: 'string', id: 'string',
      label: 'string', labelAccessibilityVisibility: 'string', name: 'string',
      placeholder: 'string', required: 'boolean', value: 'string',
    },
    events: ['blur', 'change', 'focus', 'input'],
    slots: ['details', 'error'],
  },
  's-spinner': {
    properties: { accessibilityLabel: 'string', size: 'string' },
  },
  's-stack': {
    properties: {
      accessibilityLabel: 'string', accessibilityRole: 'string', accessibilityVisibility: 'string',
      alignContent: 'string', alignItems: 'string', background: 'string', blockSize: 'string',
      border: 'string', borderColor: 'string', borderRadius: 'string', borderStyle: 'string',
      borderWidth: 'string', columnGap: 'string', direction: 'string', display: 'string',
      gap: 'string', inlineSize: 'string', justifyContent: 'string', maxBlockSize: 'string',
      maxInlineSize: 'string', minBlockSize: 'string', minInlineSize: 'string', overflow: 'string',
      padding: 'string', paddingBlock: 'string', paddingBlockEnd: 'string',
      paddingBlockStart: 'string', paddingInline: 'string', paddingInlineEnd: 'string',
      paddingInlineStart: 'string', rowGap: 'string',
    },
  },
  's-switch': {
    properties: {
      accessibilityLabel: 'string', checked: 'boolean', defaultChecked: 'boolean',
      details: 'string', disabled: 'boolean', error: 'string', label: 'string',
      labelAccessibilityVisibility: 'string', name: 'string', required: 'boolean', value: 'string',
    },
    attributes: { checked: 'defaultChecked' },
    events: ['blur', 'change', 'input'],
  },
  's-table': {
    properties: {
      hasNextPage: 'boolean', hasPreviousPage: 'boolean', loading: 'boolean', paginate: 'boolean',
      variant: 'string',
    },
    events: ['nextpage', 'previouspage'],
    slots: ['filters'],
  },
  's-table-body': {
    properties: { id: 'string' },
  },
  's-table-cell': {
    properties: { id: 'string' },
  },
  's-table-header': {
    properties: { format: 'string', listSlot: 'string' },
  },
  's-table-header-row': {
    properties: { id: 'string' },
  },
  's-table-row': {
    properties: { clickDelegate: 'string' },
  },
  's-text': {
    properties: {
      accessibilityVisibility: 'string', color: 'string', dir: 'string', fontSize: 'string',
      fontVariantNumeric: 'string', fontWeight: 'string', interestFor: 'string', tone: 'string',
      type: 'string',
    },
  },
  's-text-area': {
    properties: {
      autocomplete: 'string', defaultValue: 'string', details: 'string', disabled: 'boolean',
      error: 'string', id: 'string', label: 'string', labelAccessibilityVisibility: 'string',
      maxLength: 'number', minLength: 'number', name: 'string', placeholder: 'string',
      readOnly: 'boolean', required: 'boolean', rows: 'number', value: 'string',
    },
    attributes: { value: 'defaultValue' },
    events: ['blur', 'change', 'focus', 'input'],
    slots: ['details', 'error'],
  },
  's-text-field': {
    properties: {
      autocomplete: 'string', defaultValue: 'string', details: 'string', disabled: 'boolean',
      error: 'string', icon: 'string', id: 'string', label: 'string',
      labelAccessibilityVisibility: 'string', maxLength: 'number', minLength: 'number',
      name: 'string', placeholder: 'string', prefix: 'string', readOnly: 'boolean',
      required: 'boolean', suffix: 'string', value: 'string',
    },
    attributes: { value: 'defaultValue' },
    events: ['blur', 'change', 'focus', 'input'],
    slots: ['accessory', 'details', 'error'],
  },
  's-thumbnail': {
    properties: { alt: 'string', size: 'string', src: 'string' },
    events: ['error', 'load'],
  },
  's-tooltip': {
    properties: { id: 'string' },
  },
  's-unordered-list': {
    properties: { id: 'string' },
  },
  's-url-field': {
    properties: {
      autocomplete: 'string', defaultValue: 'string', details: 'string', disabled: 'boolean',
      error: 'string', id: 'string', label: 'string', labelAccessibilityVisibility: 'string',
      maxLength: 'number', minLength: 'number', name: 'string', placeholder: 'string',
      readOnly: 'boolean', required: 'boolean', value: 'string',
    },
    attributes: { value: 'defaultValue' },
    events: ['blur', 'change', 'focus', 'input'],
    slots: ['details', 'error'],
  },
};
