/** What API 2026-07 has as attributes and this version has not: spacing, tones, headed sections. */
import { Section, Stack, Text } from '@shopify/ui-extensions-react/point-of-sale';
import type { ReactNode } from 'react';

type Tone = 'auto' | 'info' | 'warning' | 'critical' | 'subdued';

const COLORS = {
  auto: 'TextNeutral',
  info: 'TextNeutral',
  warning: 'TextWarning',
  critical: 'TextCritical',
  subdued: 'TextSubdued',
} as const;

interface LineProps {
  readonly tone?: Tone;
  readonly isStrong?: boolean;
  readonly children: ReactNode;
}

/** One line of text. */
export function Line({ tone = 'auto', isStrong = false, children }: LineProps) {
  return (
    <Text variant={isStrong ? 'headingSmall' : 'body'} color={COLORS[tone]}>
      {children}
    </Text>
  );
}

/** One below the other. */
export function Column({ children }: { readonly children: ReactNode }) {
  return (
    <Stack direction="block" gap="200" paddingInline="400" paddingBlock="200">
      {children}
    </Stack>
  );
}

interface PartProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** A part of a screen under its heading. */
export function Part({ title, children }: PartProps) {
  return (
    <Section title={title}>
      <Column>{children}</Column>
    </Section>
  );
}
