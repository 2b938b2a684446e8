import type { AreaExplanations } from './explanation.ts'

/** Explains what is wrong with a template, or with what came out of it. */
export const TEMPLATE_EXPLANATIONS = {
  'template-syntax': {
    summary: 'a template cannot be parsed',
    cause:
      'The text between `{{` and `}}` is not Handlebars, a block is not closed or closed by another name, or ' +
      'something is used that paictl does not support (decorators, partials with blocks). A block that is never ' +
      'closed is pointed at where it opens.',
    cure:
      'Correct the marked place. Every `{{#if …}}` needs its `{{/if}}`, with the same word. Write `\\{{` for a ' +
      'literal `{{`, and a space between `}}` and a brace that follows it.',
    example: {
      where: 'components/web/deploy/start.sh.template',
      wrong: ['{{#if config.debug}}', 'set -x', '{{/fi}}'],
      right: ['{{#if config.debug}}', 'set -x', '{{/if}}'],
    },
  },
  'template-unknown-name': {
    summary: 'a template uses a name that does not exist',
    cause:
      'Templates are strict: a name that nobody supplies is an error, and never an empty text, in arguments of ' +
      'helpers and in the heads of blocks as well. Only the last part of a path may be missing, and only inside ' +
      '`if`, `unless`, `default` and `lookup`. `outputs` has what the prerequisites of the service offer, directly ' +
      'or through others.',
    cure:
      'Use the nearest name that is offered, or give the value: the message names the file that would supply it. For ' +
      'a value that may be missing, write `{{default config.name "fallback"}}`. For an output of another service, ' +
      'add that service to the prerequisites.',
    example: {
      where: 'components/web/deploy/settings.json.template',
      wrong: ['{"port": {{config.prot}}, "log": "{{config.log}}"}'],
      right: ['{"port": {{config.port}}, "log": "{{default config.log "info"}}"}'],
    },
  },
  'template-unknown-helper': {
    summary: 'a template uses a helper that does not exist',
    cause:
      'A word is called with arguments, and it is none of the helpers. There is a fixed set of them; those of other ' +
      'tools, such as Helm or Jinja, have other names.',
    cure:
      'Use one of the helpers that the message lists; docs/configuration.md says what each does. What they cannot do ' +
      'belongs into `derive` of config/<name>.mjs.',
    example: {
      where: 'components/web/deploy/settings.json.template',
      wrong: ['{"hosts": {{toJson config.hosts}} }'],
      right: ['{"hosts": {{json config.hosts}} }'],
    },
  },
  'template-helper-misuse': {
    summary: 'a helper is called in a way that it does not take',
    cause:
      'The helper has too few or too many arguments, an option that it does not know, or a value of a type that it ' +
      'cannot use: a map where a text is expected, a text where a list is.',
    cure:
      'The message says what the helper takes. To write a map or a list into a file, use `json` or `yaml`; to write ' +
      'a list as words of a shell, `sh`.',
    example: {
      where: 'components/web/deploy/settings.json.template',
      wrong: ['{"hosts": "{{join config.host}}"} {{! a text }}'],
      right: ['{"hosts": "{{join config.hosts ","}}"}'],
    },
  },
  'template-unknown-partial': {
    summary: 'a template uses a partial',
    cause:
      '`{{> name}}` would include another template. Partials are not supported: each template is rendered from its ' +
      'own text alone.',
    cure:
      'Write the text into each template that needs it; or keep it in a value of the configuration, or let `derive` ' +
      'compute it.',
    example: {
      where: 'components/web/deploy/settings.json.template',
      wrong: ['{{> logging}}'],
      right: ['{{json config.logging}}'],
    },
  },
  'template-too-large': {
    summary: 'a template takes too much to render',
    cause:
      'What a template renders is limited to 16 MiB, and the work that it may do for that to 2,000,000 steps. Mostly ' +
      'a loop runs over more than was meant, or one loop stands within another.',
    cure:
      'Look at what the `each` blocks run over. Let a script make what is really large, when it runs, from ' +
      '`PAICTL_CONFIG`.',
    example: {
      where: 'components/web/deploy/start.sh.template',
      wrong: ['{{#each config.users}}{{#each ../config.users}}...{{/each}}{{/each}}'],
      right: ['node expand-users.mjs "$PAICTL_CONFIG"'],
    },
  },
  'unquoted-value': {
    summary: 'a value goes into a shell script unquoted',
    cause:
      'A shell reads the value as part of the script: with a space in it, it becomes two words; with a quote, a ' +
      '`$(…)` or a `;` in it, it becomes a command. The same happens where `sh` stands inside of quotes, which end ' +
      'at the quote that it begins with, and in a here-document. A warning, and an error for a secret, whose ' +
      'characters nobody foresees. Numbers, `true` and `false` and what `base64` makes are words for any shell, and ' +
      'fine.',
    cure:
      'Put `sh` before the value: it quotes whatever is in it. Write it outside of any quotes of your own. A list ' +
      "becomes several words. In a here-document neither is of use: give it a quoted word, as in `<<'EOF'`, in which " +
      'the shell reads nothing, or put the value into a variable first.',
    example: {
      where: 'components/web/deploy/start.sh.template',
      wrong: ['curl "{{config.url}}"'],
      right: ['curl {{sh config.url}}'],
    },
  },
  'rendered-invalid': {
    summary: 'a rendered file is not valid YAML or JSON',
    cause:
      'The template itself is fine, but what came out of it and ends in `.yaml`, `.yml` or `.json` cannot be parsed: ' +
      'a value holds a quote, a colon or a line break that was put into the text as it is, or a comma too many is ' +
      'left by a loop. It would fail later, in whatever reads the file. The place in the rendered text is given, and ' +
      'that in the template.',
    cure:
      'Write values with `json`, with quotes and all, instead of into quotes of your own: valid JSON is valid YAML, ' +
      'too. `{{indent (yaml x) 4}}` puts a whole map into a YAML file. `paictl service render NAME` shows what comes ' +
      'out.',
    example: {
      where: 'components/web/deploy/settings.json.template',
      wrong: ['{"title": "{{config.title}}"} {{! Tom "the cat" }}'],
      right: ['{"title": {{json config.title}} }'],
    },
  },
} satisfies AreaExplanations
