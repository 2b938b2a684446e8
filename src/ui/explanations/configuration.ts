import type { AreaExplanations } from './explanation.ts'

/** Explains what is wrong with the cluster configuration, or with what judges it. */
export const CONFIGURATION_EXPLANATIONS = {
  'unknown-section': {
    summary: 'a section of the configuration belongs to no service',
    cause:
      'services-configuration.yaml (or an overlay) has a section that is neither `cluster` nor named after a ' +
      'service. No service would be given its values, which were surely meant for one.',
    cure:
      "Name the section exactly as its service, which is the name of the component's directory. Remove it with the " +
      'component. `paictl service list` shows the services.',
    example: {
      where: 'cluster-config/services-configuration.yaml',
      wrong: ['web-server: # the component is components/web', '  port: 9090'],
      right: ['web:', '  port: 9090'],
    },
  },
  'merge-type': {
    summary: 'a map and something else cannot be merged',
    cause:
      'A value of the configuration is laid on another one that has a different form: one of the two is a map, and ' +
      'the other is not. Maps merge key by key, lists and scalars replace each other; but to replace a map by a ' +
      'scalar, or the other way round, would lose what scripts and templates count on.',
    cure:
      'Give the value the form that it has in the defaults, which the message points at. If the form is to change, ' +
      'change it in the defaults, too.',
    example: {
      where: 'cluster-config/services-configuration.yaml',
      wrong: ['web:', '  listen: 9090 # a map in the defaults'],
      right: ['web:', '  listen:', '    port: 9090'],
    },
  },
  'schema-violation': {
    summary: 'the configuration does not fit its JSON Schema',
    cause:
      'The resolved configuration of a service was checked against components/<name>/config/<name>.schema.json, and ' +
      'a value is not what the schema allows. The place that is shown is where the value comes from: the defaults, ' +
      'services-configuration.yaml, an overlay, the command line, or the section as a whole when something is ' +
      'missing or was derived.',
    cure:
      'Correct the value at that place. `paictl config show <name>` prints what was resolved, and with ' +
      '`--provenance` where each value came from. If the value is right, the schema is too strict: the check follows ' +
      'JSON Schema 2020-12 or draft 7.',
    example: {
      where: 'cluster-config/services-configuration.yaml',
      wrong: ['web:', '  port: "9090" # {"type": "integer"}'],
      right: ['web:', '  port: 9090'],
    },
  },
  'bad-schema': {
    summary: 'a JSON Schema is not valid',
    cause:
      'The file config/<name>.schema.json of a component is no JSON, or no valid JSON Schema of draft 2020-12 or ' +
      'draft 7; or it is one with which a check never ends, or takes longer than 2 s. Without it the configuration ' +
      'cannot be checked.',
    cure:
      'Correct what the message points at. Common: a trailing comma, `"type": "int"` for `"integer"`, `required` ' +
      'beside a property instead of beside `properties`. Slow are patterns that repeat what is repeated, such as ' +
      '`(a+)+`, and references that lead back to themselves.',
    example: {
      where: 'components/web/config/web.schema.json',
      wrong: ['{"properties": {"port": {"type": "int"}}}'],
      right: ['{"properties": {"port": {"type": "integer"}}}'],
    },
  },
  'module-failed': {
    summary: 'the module of a component could not be loaded or failed',
    cause:
      'The file config/<name>.mjs of a component did not load (a syntax error, an import that is not found), its ' +
      '`derive` or `check` threw an error, took longer than 5 s, or returned what it may not. The place is the line ' +
      'of the module itself, where it can be told. As a warning: something that it has left running (a timer, a ' +
      'promise that nobody awaits) failed later.',
    cure:
      'Correct the module. `derive(config, {layout, cluster_cfg})` returns a map, or changes the one that it is ' +
      'given. `check(cluster_cfg)` returns nothing, a text, `{path, message}`, or a list of those: to refuse a ' +
      'configuration is not to throw.',
    example: {
      where: 'components/web/config/web.mjs',
      wrong: [
        'export function derive(config, { layout }) {',
        '  return { ...config, workers: layout.machines.length } // there may be no layout',
        '}',
      ],
      right: [
        'export function derive(config, { layout }) {',
        '  return { ...config, workers: layout.machines?.length ?? 1 }',
        '}',
      ],
    },
  },
  'check-failed': {
    summary: 'a component does not accept the configuration',
    cause:
      'The `check` of a component looked at the whole resolved configuration and found something wrong: what a ' +
      "schema cannot say, such as two services on the same port. The text of the message is that component's own. " +
      'The place is where the value comes from, if the check named a path.',
    cure:
      'Correct the value that is pointed at, or the one that it conflicts with. The check itself is in ' +
      'config/<name>.mjs of the component.',
    example: {
      where: 'cluster-config/services-configuration.yaml',
      wrong: ['web:', '  port: 9090', 'admin:', '  port: 9090'],
      right: ['web:', '  port: 9090', 'admin:', '  port: 9091'],
    },
  },
  'bad-set': {
    summary: 'an argument of --set or --unset cannot be understood',
    cause:
      '`--set` takes the name of a service, a dot, the path of a key, an equals sign and a value. This argument ' +
      'lacks one of these, so that nobody can tell what is to be set. `--unset` of `paictl deployment update` takes the ' +
      'path of a key, no part of which is empty.',
    cure:
      'Write `--set service.key=value`; further dots lead into maps, and a dot within a key is written `\\.`. The ' +
      'value is a number, `true`, `false` or `null` where it reads like one, a list, map or quoted text as in YAML ' +
      'where it begins with `[`, `{` or a quote, and else a text. Quote for the shell what the shell would change.',
    example: {
      where: 'command line',
      wrong: ['paictl service start web --set port=9090'],
      right: ['paictl service start web --set web.port=9090'],
    },
  },
  'bad-reference': {
    summary: 'a reference is not written correctly',
    cause:
      'A text of the configuration holds what looks like a reference and is none. References are `${env:NAME}`, a ' +
      'variable of the environment, and `${file:PATH}`, the content of a file. Another word before the colon that is ' +
      'nearly one of these, a brace that is not closed or a name that cannot be one are not passed on: a misspelt ' +
      'reference would become the password.',
    cure:
      'Complete it. If the text itself is meant, write `$${` for `${`. Texts such as `${NAME}` and `${NAME:-x}`, ' +
      'which shells read, are left as they are.',
    example: {
      where: 'cluster-config/services-configuration.yaml',
      wrong: ['web:', '  password: ${ENV:WEB_PASSWORD}'],
      right: ['web:', '  password: ${env:WEB_PASSWORD}'],
    },
  },
  'unresolved-reference': {
    summary: 'a reference leads to nothing',
    cause:
      'The variable of `${env:NAME}` is not set, or the file of `${file:PATH}` cannot be read. A relative path ' +
      'counts from the file that the reference stands in. References are resolved each time that a command needs the ' +
      'configuration, from the environment and the files of whoever runs it, and are kept nowhere.',
    cure:
      'Set the variable, or create the file, for this command; in CI and under cron the environment is another than ' +
      'in your terminal. The message offers the nearest name that is set.',
    example: {
      where: 'command line',
      wrong: ['paictl service start web # ${env:WEB_PASSWORD} is used'],
      right: ['WEB_PASSWORD="$(cat ~/.web-password)" paictl service start web'],
    },
  },
  'short-secret': {
    summary: 'a secret is too short to be masked',
    cause:
      'A warning. What `${env:…}` and `${file:…}` supply, and what a JSON Schema calls secret (`writeOnly`, `format` ' +
      '`password`), is replaced by `***` in all that paictl prints and writes down. A value of fewer than 4 characters cannot be: of a text without any "1" in it nothing would be left to ' +
      'read. Such a value may be seen in logs and messages.',
    cure: 'Use a longer secret. If the value is none, do not refer to it: write it into the configuration.',
    example: {
      where: 'cluster-config/services-configuration.yaml',
      wrong: ['web:', '  replicas: ${env:REPLICAS} # 3'],
      right: ['web:', '  replicas: 3'],
    },
  },
  'secret-exposed': {
    summary: 'a secret would be shown and kept in a probe',
    cause:
      'A `readiness` probe would hold the value of a reference. Probes are kept in the record of the service, so ' +
      'that it can be asked at any time, and are named in messages: a secret in one would be written down and shown, ' +
      'and masked it would ask for something else.',
    cure:
      'Ask without it: many servers answer `/healthz` to anybody. Otherwise use a probe of the kind `script`: the ' +
      'script may be rendered from a template that uses the secret, or read it from `PAICTL_CONFIG`; both files are ' +
      'readable for their owner only.',
    example: {
      where: 'components/web/deploy/service.yaml',
      wrong: ['readiness:', '  http: "http://admin:{{config.password}}@127.0.0.1:8080/"'],
      right: ['readiness:', '  script: ready.sh'],
      note: 'In ready.sh.template: `curl -fs -u {{sh config.user}}:{{sh config.password}} http://127.0.0.1:8080/`.',
    },
  },
} satisfies AreaExplanations
