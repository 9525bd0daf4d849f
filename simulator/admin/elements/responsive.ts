/**
 * Values that depend on the room there is: "@container (inline-size > 500px) large, small". The
 * first part whose condition holds counts, or else the last.
 */

export interface Part {
  /** "" for the value that always holds. */
  readonly condition: string;
  readonly value: string;
}

export function partsOf(text: string): readonly Part[] {
  return topLevel(text).map((part) => {
    if (!part.startsWith('@container')) return { condition: '', value: part };
    const rest = part.slice('@container'.length).trim();
    const end = conditionEnd(rest);
    return { condition: rest.slice(0, end).trim(), value: rest.slice(end).trim() };
  });
}

/** Splits at commas that stand in no parentheses; a plain value is one part, with its commas. */
function topLevel(text: string): readonly string[] {
  if (!text.trimStart().startsWith('@container')) return [text.trim()];
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const letter of text) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += letter;
  }
  return [...parts, part.trim()];
}

/** A name, and groups in parentheses that words join. */
function conditionEnd(text: string): number {
  let end = 0;
  for (;;) {
    const joined =
      /^\s*(?:(?:and|or|not)\s+|[\w-]+\s+(?=\())*/.exec(text.slice(end))?.[0].length ?? 0;
    if (text[end + joined] !== '(') return end;
    end = groupEnd(text, end + joined);
    if (!/^\s+(?:and|or)\s/.test(text.slice(end))) return end;
  }
}

function groupEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** CSS property, the text that was set, and how a value of it reads in CSS. */
export type Declared = readonly [name: string, text: string, css?: (value: string) => string];

/** Rules for `:host`; those with a condition come after the others, the strongest last. */
export function hostRules(declared: readonly Declared[]): string {
  const rules: string[] = [];
  const conditional: string[] = [];
  for (const [name, text, css = (value: string) => value] of declared) {
    if (text === '') continue;
    for (const { condition, value } of partsOf(text)) {
      const rule = `:host { ${name}: ${css(value)}; }`;
      if (condition === '') rules.push(rule);
      else conditional.unshift(`@container ${condition} { ${rule} }`);
    }
  }
  return [...rules, ...conditional].join('\n');
}
