import globals from 'globals'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['dist', 'coverage', 'src/api/schema.d.ts'] },
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...vue.configs['flat/recommended'],
  ...accessibility.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser }, globals: globals.browser },
  },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'localStorage', message: 'It may throw: lib/device.ts has what this device keeps.' }],
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-macros-order': 'error',
      'vue/no-static-inline-styles': 'error',
      'vue/no-v-html': 'error',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'always', normal: 'always', component: 'always' } }],
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      // A label is given by AppField's slot, which the rule cannot see through.
      'vuejs-accessibility/form-control-has-label': 'off',
    },
  },
  { files: ['src/views/*.vue', 'src/App.vue'], rules: { 'vue/multi-word-component-names': 'off' } },
  { files: ['**/*.test.ts', 'src/testing/**', 'e2e/**'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['e2e/**', '*.config.*'], languageOptions: { globals: globals.node }, rules: { 'no-console': 'off' } },
)
