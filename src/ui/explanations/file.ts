import type { AreaExplanations } from './explanation.ts'

/** Explains what is wrong with a file as such. */
export const FILE_EXPLANATIONS = {
  'unreadable-file': {
    summary: 'a file of the project cannot be read',
    cause:
      'The file is there by name, and yet its content cannot be had: you lack the permission, a directory stands in ' +
      'its place, a symbolic link leads to nothing or back into itself, or the device failed. The message ends with ' +
      'the reason that the system gives.',
    cure:
      'Look at the path with `ls -l`. Give yourself the permission, repair or remove the link, or take away what ' +
      "stands in the file's place. A link under deploy/ has to lead to something in the same component.",
    example: {
      where: 'components/web/deploy/',
      wrong: ['ln -s settings.prod.json settings.json # there is no settings.prod.json'],
      right: ['ln -s settings.production.json settings.json'],
    },
  },
  'file-too-large': {
    summary: 'a file is larger than paictl reads',
    cause:
      'The files that paictl parses (service.yaml, the cluster configuration, defaults, schemas, templates) may have ' +
      '512 KiB at most, or what `file-size-limit` of paictl.yaml says. A larger one is refused before it is parsed, ' +
      'so that neither a mistake nor an attack can cost much time or memory.',
    cure:
      'What is so large is mostly data and no configuration: keep it in a file of its own, put its path into the ' +
      'configuration, and let a script read it. If it is meant to be that large, raise the limit: `file-size-limit: ' +
      '2MiB` in paictl.yaml.',
    example: {
      where: 'components/web/config/web.yaml',
      wrong: ['allowed-words:', '  - aardvark', '  - abacus', '  # ... and 60,000 more'],
      right: ['allowed-words-file: data/words.txt'],
      note: 'Add `inputs: [data/**]` to service.yaml, so that a change of the words counts as a change of the service.',
    },
  },
  'not-text': {
    summary: 'a file that must be a text is none',
    cause:
      'The file holds a NUL byte, or one that no UTF-8 text has: it was saved in another encoding (Latin-1, UTF-16), ' +
      'it was cut off, or it is no text at all. To guess what was meant would change values without a word.',
    cure:
      'Save the file as UTF-8; every editor can. `iconv -f latin1 -t utf-8` converts one. A byte order mark at its ' +
      'start is fine, and so are line ends with a carriage return.',
    example: {
      where: 'components/web/config/',
      wrong: ["printf 'city: Z\\374rich\\n' > web.yaml # Latin-1"],
      right: ["printf 'city: Zürich\\n' > web.yaml"],
    },
  },
  'yaml-syntax': {
    summary: 'the text is not valid YAML',
    cause:
      'The text cannot be understood: a tab in the indentation, a quote or bracket that is not closed, a `: ` within ' +
      'a value that is not quoted, a second document after `---`, an alias without its anchor. Refused likewise is ' +
      'what no person writes: more than 100 levels of nesting, aliases that stand for too many values, a number too ' +
      'large to be kept exactly. Only the first problem of a line is shown, and none that merely follow from the ' +
      'unreadable file.',
    cure:
      'Look at the marked place and, where that seems right, at the line above it: what is wrong is sometimes ' +
      'noticed only where the text stops making sense. Indent with spaces. Quote every value that holds `: ` or ` ' +
      '#`, or that begins with `{`, `[`, `*`, `&`, `!`, `%` or `@`: among them the expressions of templates.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['outputs:', '  url: {{config.url}}'],
      right: ['outputs:', '  url: "{{config.url}}"'],
    },
  },
  'yaml-empty': {
    summary: 'a file that must say something is empty',
    cause:
      'The file is there and says nothing, or holds comments only. That is far more often a file that was not saved, ' +
      'or not finished, than a service without any script.',
    cure:
      'Describe the service; one key is enough. A directory that is to be no component (yet) must have no ' +
      'deploy/service.yaml.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['# to be written'],
      right: ['start-script: start.sh'],
    },
  },
  'wrong-type': {
    summary: 'a value has the wrong type, or is missing',
    cause:
      'A key takes a text, a list, a map, a number or `true` and `false`, and was given something else, or nothing ' +
      'at all. It is YAML that decides, by the way in which a value is written: `8080` is a number and `"8080"` a ' +
      'text; `yes` and `on` are texts, and only `true` and `false` are truth values; a key that nothing follows has ' +
      'no value.',
    cure:
      'Write the value in the form that the message asks for: quote a number or a date that is meant as a text, put ' +
      '`- ` or brackets around the items of a list, indent the keys of a map below their own key.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['protected: yes', 'tags: 2024'],
      right: ['protected: true', 'tags: "2024"'],
    },
  },
  'unknown-key': {
    summary: 'a key is not known',
    cause:
      'A file of paictl has a key that paictl does not know. Such a key is never skipped: a `prerequisites` that ' +
      'nobody reads would show only when the service starts too early.',
    cure:
      'Use the key that the message proposes, or one of those that it lists. The keys of service.yaml are described ' +
      'in docs/service-yaml.md, those of paictl.yaml in docs/configuration.md. Settings of your own belong into the ' +
      'configuration of the component (config/<name>.yaml), which may have any keys.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['prerequisites: [store]', 'start_script: start.sh'],
      right: ['prerequisite: [store]', 'start-script: start.sh'],
    },
  },
  'duplicate-key': {
    summary: 'a map gives the same key twice',
    cause:
      'Of the two values only one could count, and readers of YAML disagree on which one it is. What was meant ' +
      'cannot be told from the file.',
    cure:
      'Keep one of them. Where both are wanted, merge them into one list or one map. Inside a long file, search for ' +
      'the key: the other one is marked, too.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['prerequisite: [store]', 'start-script: start.sh', 'prerequisite: [queue]'],
      right: ['prerequisite: [store, queue]', 'start-script: start.sh'],
    },
  },
  'bad-value': {
    summary: 'a value is none that its key takes',
    cause:
      'The value is of the right type, and yet cannot be used: a duration without its unit, a port above 65535, a ' +
      'regular expression that does not compile, a word that is none of the choices, two probes where there is to be ' +
      'exactly one. A value with a template expression is judged after it has been rendered, with what the ' +
      'configuration supplies.',
    cure:
      'The message says what is expected. Durations are whole numbers with units, as `500ms`, `10s`, `5m` or ' +
      '`1h30m`; a `tcp` probe is a port or `host:port`, an `http` probe a URL that begins with http:// or https://.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['timeout:', '  start: 30sec'],
      right: ['timeout:', '  start: 30s'],
    },
  },
} satisfies AreaExplanations
