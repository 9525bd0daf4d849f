/** The views by their paths below `/app`. */
import type { RouteObject } from 'react-router';
import { Shell } from './shell.tsx';
import { BalancesView } from './views/balances.tsx';
import { CustomerView } from './views/customer.tsx';
import { CustomersView } from './views/customers.tsx';
import { LogView } from './views/log.tsx';
import { OverviewView } from './views/overview.tsx';
import { ReviewView } from './views/review.tsx';
import { SettingsView } from './views/settings.tsx';
import { StoryView } from './views/story.tsx';

export const ROUTES: RouteObject[] = [
  {
    path: '/',
    element: <Shell />,
    children: [
      { index: true, element: <OverviewView /> },
      { path: 'log', element: <LogView /> },
      { path: 'log/operations/:id', element: <StoryView /> },
      { path: 'review', element: <ReviewView /> },
      { path: 'customers', element: <CustomersView /> },
      { path: 'customers/:id', element: <CustomerView /> },
      { path: 'balances', element: <BalancesView /> },
      { path: 'settings', element: <SettingsView /> },
      { path: '*', element: <OverviewView /> },
    ],
  },
];
