/**
 * Stands in for Shopify's Polaris web components where nothing may be loaded from Shopify: the
 * same elements with the same properties, events and slots, in a look of the simulator's own.
 */
import { defineActions } from './elements/actions.tsx';
import { defineChoices } from './elements/choices.tsx';
import { defineDropZone } from './elements/drop-zone.tsx';
import { defineFields } from './elements/fields.tsx';
import { defineLayout } from './elements/layout.tsx';
import { defineOverlays } from './elements/overlays.tsx';
import { defineScreens } from './elements/screens.tsx';
import { defineSigns } from './elements/signs.tsx';
import { defineTables } from './elements/table.tsx';
import { defineTexts } from './elements/text.tsx';
import { dressDocument } from './elements/tokens.ts';

dressDocument(document);
defineLayout();
defineTexts();
defineSigns();
defineActions();
defineFields();
defineChoices();
defineDropZone();
defineScreens();
defineTables();
defineOverlays();
