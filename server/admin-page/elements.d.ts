/** Elements of App Bridge that its types know for other ways of drawing only. */
import type { ReactNode } from 'react';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      's-app-nav': { readonly children?: ReactNode };
      'ui-save-bar': { readonly id: string; readonly children?: ReactNode };
    }
  }
}
