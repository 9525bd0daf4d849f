import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * What the compiler can't see and a reader shouldn't have to look for. Import directions, lengths
 * and the sources of time and chance are checked by test/tidy.
 */
const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Named exports only, except where a platform wants a default.',
};
const onlyRegisterElements = {
  selector: 'JSXOpeningElement > JSXIdentifier[name=/^(?!s-)[a-z]/]',
  message: 'A register draws s-* components only; plain HTML never reaches the screen.',
};

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '.shopify/**',
      'coverage/**',
      '.simulator/**',
      'extensions/*/shopify.d.ts',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // There are no classes: a verb of a plain object has no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // A port's function may be async by contract without waiting for anything.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
    },
  },
  {
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', noDefaultExport],
    },
  },
  {
    files: ['extensions/pos/**/*.tsx'],
    rules: { 'no-restricted-syntax': ['error', onlyRegisterElements] },
  },
  {
    // The platform calls a target module's default export; tools read their configuration's.
    files: [
      'extensions/pos/src/*.ts',
      'extensions/pos-2025-07/src/*.{ts,tsx}',
      '**/*.config.ts',
      '**/*.config.js',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
