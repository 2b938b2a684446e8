import { describe, expect, test } from 'vitest'
import { type DiagnosticCode, type DiagnosticData, diagnostic } from '../../src/model/diagnostic.ts'
import { wordDiagnostic } from '../../src/ui/wording.ts'

type Case<C extends DiagnosticCode> = readonly [data: DiagnosticData[C], title: string, help?: string]

/** One or more cases of every code: a code without one does not compile. */
const HELD = { pid: 12, host: 'box', command: 'paictl service start', since: '10:00', isHere: true } as const

const CASES: { readonly [C in DiagnosticCode]: readonly Case<C>[] } = {
  'unreadable-file': [
    [
      { path: '/p/layout.yaml', reason: 'permission denied' },
      'cannot read "layout.yaml": permission denied',
      'check that it exists and that you may read it',
    ],
  ],
  'file-too-large': [
    [
      { bytes: 12.5 * 1024 * 1024, limit: 1024 * 1024 },
      'the file is too large: 12.5 MiB, where at most 1 MiB are read',
      'keep large data in a file of its own that a script reads, or raise file-size-limit in paictl.yaml',
    ],
    [
      { bytes: 2048, limit: 512 },
      'the file is too large: 2 KiB, where at most 512 bytes are read',
      'keep large data in a file of its own that a script reads, or raise file-size-limit in paictl.yaml',
    ],
  ],
  'not-text': [
    [
      { problem: 'nul', byte: 0 },
      'a NUL byte stands here, which no text can hold',
      'take it out, or save the file as UTF-8 again',
    ],
    [{ problem: 'not-utf-8', byte: 0xe9 }, 'the byte 0xe9 is not UTF-8', 'save the file as UTF-8'],
    [{ problem: 'utf-16', byte: 0xff }, 'the file is UTF-16, where UTF-8 is expected', 'save it as UTF-8'],
  ],
  'yaml-syntax': [
    [{ message: 'Missing closing "quote at line 3, column 5:\n\na: "b\n   ^' }, 'invalid YAML: Missing closing "quote'],
    [{ message: 'a tab is not allowed here' }, 'invalid YAML: a tab is not allowed here', 'indent with spaces'],
  ],
  'yaml-empty': [[{ expected: 'a map' }, 'the file is empty, and needs a map']],
  'wrong-type': [
    [{ what: 'tags', expected: 'a list', found: 'a map' }, '"tags" must be a list, not a map'],
    [
      { what: 'readiness.http', expected: 'a value', found: 'nothing' },
      '"readiness.http" is missing',
      'give it a value',
    ],
  ],
  'unknown-key': [
    [
      {
        key: 'prerequisites',
        where: 'a service description',
        nearest: 'prerequisite',
        known: ['kind', 'prerequisite'],
      },
      'unknown key "prerequisites" in a service description',
      'did you mean "prerequisite"?',
    ],
    [
      { key: 'zzz', where: 'readiness', nearest: null, known: ['tcp', 'http'] },
      'unknown key "zzz" in "readiness"',
      'known keys: http, tcp',
    ],
  ],
  'duplicate-key': [[{ key: 'kind' }, 'the key "kind" is given twice', 'keep one of them']],
  'bad-value': [
    [
      { what: 'kind', value: 'jobb', expected: 'service or job', nearest: 'job' },
      '"jobb" is not valid as "kind": expected service or job',
      'did you mean "job"?',
    ],
    [
      { what: 'kind', value: 'x'.repeat(100), expected: 'service or job', nearest: null },
      `"${'x'.repeat(77)}..." is not valid as "kind": expected service or job`,
    ],
  ],
  'bad-name': [
    [
      { name: 'My Store' },
      '"My Store" cannot be a name',
      'use at most 63 lower-case letters, digits and hyphens, with a letter or digit first and last: "my-store"',
    ],
    [
      { name: '日本' },
      '"日本" cannot be a name',
      'use at most 63 lower-case letters, digits and hyphens, with a letter or digit first and last',
    ],
  ],
  'missing-file': [
    [
      { what: 'start-script', path: 'strat.sh', nearest: 'start.sh' },
      'start-script: "strat.sh" does not exist',
      'did you mean "start.sh"?',
    ],
    [
      { what: 'start-script', path: 'start.sh', nearest: null },
      'start-script: "start.sh" does not exist',
      'create it, or take its name out',
    ],
  ],
  'not-a-file': [
    [
      { what: 'stop-script', path: 'stop', found: 'a directory' },
      'stop-script: "stop" is a directory, where a file is needed',
      'put a regular file in its place',
    ],
    [
      { what: null, path: '/p/layout.yaml', found: 'a named pipe' },
      '"layout.yaml" is a named pipe, where a file is needed',
      'put a regular file in its place',
    ],
  ],
  'no-service-file': [
    [
      { component: 'web', found: null },
      'the component "web" has no deploy/service.yaml',
      'describe it there, or move the directory out of the components',
    ],
    [
      { component: 'web', found: 'deploy/service.yml' },
      'the component "web" has no deploy/service.yaml',
      '"deploy/service.yml" is not read: rename it to "deploy/service.yaml"',
    ],
  ],
  'escaping-path': [
    [
      { what: 'start-script', path: '../x.sh' },
      'start-script: "../x.sh" leads out of its directory',
      'use a relative path without ".." and without a link that leads elsewhere',
    ],
  ],
  'escaping-link': [
    [
      { what: 'deploy/', path: '/p/components/web/deploy/x', target: '/etc/passwd' },
      'deploy/: "components/web/deploy/x" is a symbolic link that leads out of the component, to "/etc/passwd"',
      'put the file into the component, or have a script fetch it',
    ],
  ],
  'duplicate-service': [
    [
      { service: 'web', other: 'api' },
      '"web" and "api" are the same directory',
      'a component has one name: remove the link, or copy what it leads to',
    ],
  ],
  'unknown-component': [
    [
      { component: 'model_server', by: 'iris', nearest: 'model-server' },
      '"iris" names the component "model_server", which does not exist',
      'did you mean "model-server"?',
    ],
    [
      { component: 'x', by: 'iris', nearest: null },
      '"iris" names the component "x", which does not exist',
      'see "paictl component list" for the components that there are',
    ],
  ],
  'single-component': [
    [
      { component: 'web', by: 'web-2', doing: 'deploys' },
      '"web-2" deploys "web", of which there is one only',
      'write "instances: many" into the service.yaml of "web", or configure it in services-configuration.yaml',
    ],
    [
      { component: 'web', by: 'ingress', doing: 'follows' },
      '"ingress" follows "web", of which there is one only',
      'write "instances: many" into the service.yaml of "web", or make it a prerequisite of "ingress"',
    ],
  ],
  'name-taken': [
    [
      { name: 'web' },
      'the deployment "web" is called as a component is',
      'choose another name: components and deployments share their names',
    ],
  ],
  'no-deployments': [
    [
      { component: 'model-server' },
      'the component "model-server" has no deployments',
      'declare one: paictl deployment create NAME --component model-server',
    ],
  ],
  'misnamed-deployment': [
    [
      { found: 'iris.yml', expected: 'iris.yaml' },
      '"iris.yml" is not read as a deployment',
      'rename it to "iris.yaml", or move it elsewhere',
    ],
    [
      { found: 'sub/iris.yaml', expected: 'iris.yaml', more: 0 },
      '"sub/iris.yaml" is not read as a deployment: sub-directories are not looked into',
      'move it up, to "iris.yaml", or out of cluster-config/deployments/',
    ],
    [
      { found: 'sub/iris.yaml', expected: 'iris.yaml', more: 2 },
      '"sub/iris.yaml" and 2 more are not read: sub-directories are not looked into',
      'move them up, or out of cluster-config/deployments/',
    ],
  ],
  'duplicate-template': [[{ target: 'a.sh' }, 'two templates have the target "a.sh"', 'list it once']],
  'template-target-exists': [
    [
      { target: 'a.sh', template: 'a.sh.template' },
      '"a.sh.template" would be rendered over "a.sh", which exists',
      'keep one of them: delete "a.sh", or rename the template',
    ],
  ],
  'unlisted-template': [
    [
      { template: 'a.sh.template' },
      'template "a.sh.template" is not in the template-list and will not be rendered',
      'add it to the list, or leave out template-list to render every *.template',
    ],
  ],
  'no-stop-script': [
    [
      { service: 'web' },
      '"web" has no stop-script, so stopping it does nothing',
      'name a script that ends what the start-script began: stop-script: stop.sh',
    ],
  ],
  'no-probe': [
    [
      { service: 'web' },
      'nothing can be asked whether "web" runs',
      'add a status-script, or a readiness probe of the kind script, http or tcp',
    ],
  ],
  'unknown-prerequisite': [
    [
      { service: 'ingress', prerequisite: 'modl', nearest: 'model' },
      '"ingress" needs "modl", which is not a service',
      'did you mean "model"?',
    ],
    [
      { service: 'ingress', prerequisite: 'modl', nearest: null },
      '"ingress" needs "modl", which is not a service',
      'see "paictl service list" for the services that there are',
    ],
  ],
  'self-prerequisite': [[{ service: 'a' }, '"a" needs itself', 'take its own name out of its prerequisites']],
  'duplicate-prerequisite': [
    [{ service: 'a', prerequisite: 'b' }, '"a" names the prerequisite "b" twice', 'take one of them out'],
  ],
  'excluded-prerequisite': [
    [
      { service: 'a', prerequisite: 'b', clusterType: 'local' },
      '"a" needs "b", which does not exist on cluster type "local"',
      'make the prerequisite optional, or add "local" to the cluster-type of "b"',
    ],
  ],
  cycle: [
    [
      {
        edges: [
          { service: 'a', needs: 'b' },
          { service: 'b', needs: 'c' },
          { service: 'c', needs: 'a' },
        ],
      },
      'services need each other in a cycle: "a" -> "b" -> "c" -> "a"',
      'take one of these edges out',
    ],
    [
      { edges: Array.from({ length: 9 }, (_, i) => ({ service: `s${i}`, needs: `s${(i + 1) % 9}` })) },
      'services need each other in a cycle: 9 services, from "s0" to itself',
      'take one of these edges out',
    ],
  ],
  'more-cycles': [
    [{ count: 1, isAtLeast: false, services: [] }, '1 more cycle is not shown', 'break the ones that are shown first'],
    [
      { count: 3, isAtLeast: true, services: ['a', 'b'] },
      'at least 3 more cycles are not shown; on them are also "a", "b"',
      'break the ones that are shown first',
    ],
    [
      { count: 30, isAtLeast: false, services: Array.from({ length: 60 }, (_, index) => `s${index}`) },
      `30 more cycles are not shown; on them are also ${Array.from({ length: 50 }, (_, index) => `"s${index}"`).join(', ')} and 10 more`,
      'break the ones that are shown first',
    ],
    [
      { count: 0, isAtLeast: true, services: [] },
      'there may be more cycles: the search was ended',
      'break the ones that are shown first',
    ],
  ],
  'unknown-section': [
    [{ section: 'webb', nearest: 'web' }, 'section "webb" belongs to no service', 'did you mean "web"?'],
    [
      { section: 'zzz', nearest: null },
      'section "zzz" belongs to no service',
      'name the section as its service; "paictl service list" shows the services',
    ],
  ],
  'merge-type': [
    [
      { path: 'web.port', expected: 'a number', found: 'a map' },
      '"web.port" must be a number, not a map',
      'the value that it replaces is a number; maps merge, lists and scalars replace',
    ],
  ],
  'schema-violation': [
    [
      { service: 'web', path: 'port', message: 'must be integer', nearest: null },
      '"port" of "web" must be integer',
      '"paictl config show web" prints what was resolved',
    ],
    [
      { service: 'web', path: 'prot', message: 'is not known', nearest: 'port' },
      '"prot" of "web" is not known',
      'did you mean "port"?',
    ],
    [
      { service: 'web', path: '', message: 'lacks "port"', nearest: null },
      'the configuration of "web" lacks "port"',
      '"paictl config show web" prints what was resolved',
    ],
    [
      { service: 'web', path: 'port', message: 'must be integer', nearest: null, isUndeclared: true },
      '"port" of "web" must be integer',
    ],
  ],
  'bad-schema': [
    [{ message: 'type must be a string' }, 'this is not a valid JSON Schema: type must be a string'],
    [
      { message: 'it never ends', isValid: true },
      'this JSON Schema cannot be used: it never ends',
      'look for patterns such as "(a+)+", and for references that lead back to themselves',
    ],
  ],
  'module-failed': [
    [{ doing: 'derive', message: 'x is not a function' }, 'derive failed: x is not a function'],
    [
      { doing: 'derive', message: "Cannot assign to read only property 'port' of object '#<Object>'" },
      "derive failed: Cannot assign to read only property 'port' of object '#<Object>'",
      'a module can change nothing but the configuration of its own service',
    ],
  ],
  'check-failed': [
    [{ service: 'web', path: 'web.port', message: 'is taken' }, '"web.port" is not accepted by "web": is taken'],
    [{ service: 'web', path: '', message: 'no host' }, 'the configuration of "web" is not accepted: no host'],
  ],
  'bad-set': [
    [
      { text: 'port', problem: 'it has no value' },
      '"port" cannot be set: it has no value',
      'write it as --set service.key=value',
    ],
    [{ text: '=1', problem: 'x', form: 'key=value' }, '"=1" cannot be set: x', 'write it as --set key=value'],
    [
      { text: 'a.', problem: 'x', form: 'key' },
      '"a." cannot be removed: x',
      'write it as --unset key; further dots lead into maps',
    ],
  ],
  'bad-reference': [
    [
      { reference: '${env:}', expected: 'the name of a variable is missing' },
      '"${env:}" is no reference: the name of a variable is missing',
      'write $${ where the text itself is meant',
    ],
  ],
  'unresolved-reference': [
    [
      { reference: '${env:TOKN}', reason: 'the variable is not set', nearest: 'TOKEN' },
      '"${env:TOKN}" cannot be resolved: the variable is not set',
      'did you mean "TOKEN"?',
    ],
    [
      { reference: '${file:a}', reason: 'no such file', nearest: null },
      '"${file:a}" cannot be resolved: no such file',
      'put the file there; it is read each time, and relative paths count from the file that names them',
    ],
    [
      { reference: '${env:A}', reason: 'it is not set', nearest: null },
      '"${env:A}" cannot be resolved: it is not set',
      'set it where paictl is called; it is read each time, and kept nowhere',
    ],
  ],
  'short-secret': [
    [
      { reference: '${env:PIN}', length: 3, least: 4 },
      'the value of "${env:PIN}" is too short to be masked: 3 characters',
      'values of at least 4 characters are masked in everything that is printed',
    ],
  ],
  'secret-exposed': [
    [
      { what: 'readiness.http' },
      '"readiness.http" would carry a secret into messages and records',
      'let a script that is rendered from a template use the secret instead',
    ],
  ],
  'template-syntax': [[{ message: 'expected }}' }, 'invalid template: expected }}']],
  'template-unknown-name': [
    [
      {
        name: 'config.prot',
        missing: 'prot',
        nearest: 'config.port',
        available: ['port'],
        holder: null,
        supplier: null,
        prerequisite: null,
      },
      'unknown name "config.prot": there is no "prot"',
      'did you mean "config.port"?',
    ],
    [
      {
        name: 'config.prot',
        missing: 'prot',
        nearest: null,
        available: ['a'],
        holder: null,
        supplier: '/p/web.yaml',
        prerequisite: null,
      },
      'unknown name "config.prot": there is no "prot"',
      'names known here: a; give "prot" in web.yaml',
    ],
    [
      {
        name: 'config.prot',
        missing: 'prot',
        nearest: 'config.port',
        available: ['port'],
        holder: null,
        supplier: '/p/web.yaml',
        prerequisite: null,
      },
      'unknown name "config.prot": there is no "prot"',
      'did you mean "config.port"? if not, give "prot" in web.yaml',
    ],
    [
      {
        name: 'zzz',
        missing: 'zzz',
        nearest: null,
        available: ['service', 'config'],
        holder: null,
        supplier: null,
        prerequisite: null,
      },
      'unknown name "zzz"',
      'names known here: config, service',
    ],
    [
      { name: 'zzz', missing: 'zzz', nearest: null, available: [], holder: null, supplier: null, prerequisite: null },
      'unknown name "zzz"',
    ],
    [
      {
        name: 'outputs.db.url',
        missing: 'db',
        nearest: null,
        available: [],
        holder: null,
        supplier: '/p/service.yaml',
        prerequisite: 'db',
      },
      'unknown name "outputs.db.url": "db" is not among the prerequisites',
      'add "db" to the prerequisites in service.yaml',
    ],
    [
      {
        name: 'config.port.deeper',
        missing: 'deeper',
        nearest: null,
        available: [],
        holder: { name: 'config.port', type: 'a number' },
        supplier: null,
        prerequisite: null,
      },
      '"config.port" is a number, and has nothing called "deeper"',
    ],
  ],
  'template-unknown-helper': [
    [{ name: 'jsn', nearest: 'json', available: ['json'] }, 'unknown helper "jsn"', 'did you mean "json"?'],
  ],
  'template-helper-misuse': [[{ helper: 'sh', message: 'takes one value' }, '"sh" takes one value']],
  'template-unknown-partial': [
    [{ name: 'head' }, 'unknown partial "head": partials are not supported', 'write its text here instead'],
  ],
  'template-too-large': [
    [
      { what: 'output', limit: 16 * 1024 * 1024 },
      'what this template renders is larger than 16 MiB',
      'let a script make what is large',
    ],
    [
      { what: 'work', limit: 100 },
      'this template takes more than 100 steps to render',
      'its loops are too long: let a script do it',
    ],
  ],
  'unquoted-value': [
    [
      { expression: 'config.port', target: 'start.sh', secret: false, problem: 'unquoted' },
      'the value of "config.port" goes into the shell script "start.sh" unquoted',
      'write {{sh config.port}}, outside of any quotes',
    ],
    [
      { expression: 'json config.token', target: 'start.sh', secret: true, problem: 'unquoted' },
      'the secret in "json config.token" goes into the shell script "start.sh" unquoted',
      'write {{sh (json config.token)}}, outside of any quotes',
    ],
    [
      { expression: 'sh config.a', target: 'start.sh', secret: false, problem: 'quoted-twice' },
      'the value of "sh config.a" goes into the shell script "start.sh" inside of quotes, which end those of "sh"',
      'leave out the quotes around it: "sh" writes its own',
    ],
    [
      { expression: 'config.a', target: 'start.sh', secret: false, problem: 'here-document' },
      'the value of "config.a" goes into a here-document of the shell script "start.sh", where quotes are plain text and "$" is not',
      "quote the word that begins the here-document, as in <<'EOF', and write the value without sh",
    ],
  ],
  'rendered-invalid': [
    [
      {
        target: 'x.yaml',
        format: 'yaml',
        line: 4,
        column: 9,
        text: '  port: [',
        textStart: 1,
        message: 'unclosed list',
        isValue: true,
      },
      '"x.yaml" is not valid YAML once rendered: unclosed list',
      'write values with {{json …}}, outside of any quotes',
    ],
    [
      {
        target: 'x.json',
        format: 'json',
        line: 4,
        column: 1,
        text: '}',
        textStart: 1,
        message: 'unexpected "}"',
        isValue: false,
      },
      '"x.json" is not valid JSON once rendered: unexpected "}"',
    ],
  ],
  'unknown-deployment': [
    [{ name: 'irs', nearest: 'iris', isComponent: false }, 'there is no deployment "irs"', 'did you mean "iris"?'],
    [
      { name: 'x', nearest: null, isComponent: false },
      'there is no deployment "x"',
      'see "paictl deployment list" for those that there are',
    ],
    [
      { name: 'server', nearest: null, isComponent: true },
      '"server" is a component, not a deployment',
      'see "paictl deployment list --component server" for those of it',
    ],
  ],
  'name-in-use': [
    [
      { name: 'iris', component: 'old-server' },
      '"iris" may still run, as a service of "old-server" that is no longer declared',
      'choose another name, or delete that one first: paictl service delete iris',
    ],
  ],
  'deployment-exists': [
    [
      {
        name: 'iris',
        differences: ['port is 1, not 2', 'version is not given'],
        update: 'paictl deployment update iris',
      },
      '"iris" exists, and is otherwise: port is 1, not 2; version is not given',
      'to change it: paictl deployment update iris',
    ],
  ],
  'deployments-moving': [
    [
      {},
      'other commands write deployments all the time: what was decided never held until it could be written',
      'nothing was changed; try it again, with a longer "--wait-lock" to keep trying',
    ],
  ],
  'still-needed': [
    [
      { deployment: 'iris', by: 'front' },
      '"front" is declared to need "iris": without it, the project is invalid',
      'take it out of this prerequisite first, or delete both; "--force" deletes it even so',
    ],
  ],
  'missing-values': [
    [
      { deployment: 'web-test', component: 'web', values: [{ path: 'model', isSecret: false }], isTest: true },
      'to be tested, "web" lacks 1 required value: model',
      'add --set web.model=…',
    ],
    [
      { deployment: 'iris', component: 'server', values: [{ path: 'model', isSecret: false }] },
      '"iris" lacks 1 required value: model',
      'add --set model=…; at a terminal, without --yes and --dry-run, you are asked for them',
    ],
    [
      {
        deployment: 'iris',
        component: 'server',
        values: [
          { path: 'db.token', isSecret: true },
          { path: 'model', isSecret: false },
        ],
      },
      '"iris" lacks 2 required values: db.token, model',
      "add --set 'db.token=${env:…}' --set model=…; at a terminal, without --yes and --dry-run, you are asked for them",
    ],
  ],
  'port-taken': [
    [
      { service: 'b', path: 'port', port: 9501, other: 'a' },
      '"b" has the port of "a": port is 9501',
      'give one of them another port; "paictl deployment create" chooses one that nothing else uses',
    ],
    [
      { service: 'b', path: 'port', port: 9501, other: 'b' },
      '"b" has the port 9501 twice: port is 9501',
      'give one of them another port; "paictl deployment create" chooses one that nothing else uses',
    ],
  ],
  'no-free-port': [
    [
      { service: 'b', path: 'port', first: 1, last: 2 },
      'no port from 1 to 2 is left for port of "b": declared services use all of them',
      'widen the range in the schema, or give a port of your own: --set port=…',
    ],
  ],
  'cannot-edit': [
    [
      { path: 'config.port', reason: 'shared' },
      'config.port cannot be changed without changing more: an anchor, an alias or a tag is part of it',
      'change it in an editor',
    ],
    [
      { path: 'config.port', reason: 'form' },
      'config.port cannot be changed without changing more: it is written in an unusual form',
      'change it in an editor',
    ],
    [
      { path: 'config.a.b', reason: 'no-map' },
      'config.a.b cannot be set: there is no map here that could hold it',
      'remove this first, with --unset',
    ],
  ],
  'nothing-to-unset': [
    [
      { path: 'prot', deployment: 'iris', nearest: 'port' },
      '"iris" does not set prot: there is nothing to remove',
      'did you mean "port"?',
    ],
  ],
  'unwritable-file': [
    [
      { path: '/p/iris.yaml', reason: 'permission denied' },
      'cannot write "iris.yaml": permission denied',
      'check its permissions and the free space',
    ],
  ],
  'unremovable-file': [
    [
      { path: '/p/iris.yaml', reason: 'permission denied' },
      'cannot remove "iris.yaml": permission denied',
      'check who may write to its directory, and try again',
    ],
  ],
  'hidden-value': [
    [
      { path: 'port', deployment: 'iris', isFrom: 'services-configuration.yaml' },
      'port of "iris" is given by services-configuration.yaml, whatever its own file says',
      'change it there, or remove it there',
    ],
  ],
  'no-project': [
    [
      { searched: ['/p/a', '/p'] },
      'there is no project in "/p/a" or above it: neither paictl.yaml nor components/ was found',
      'name a project with "-C DIR", or make one with "paictl init"',
    ],
    [
      { searched: [] },
      'there is no project here: neither paictl.yaml nor components/ was found',
      'name a project with "-C DIR", or make one with "paictl init"',
    ],
  ],
  'no-names': [
    [
      { command: 'service start' },
      '"paictl service start" needs to know which services',
      'name some, or type "paictl service start --all" for all of them',
    ],
  ],
  'unknown-service': [
    [
      { name: 'disks', nearest: null, excludedFrom: 'local' },
      'service "disks" does not exist on cluster type "local"',
      'add "local" to its cluster-type, if it can run there',
    ],
    [{ name: 'ingres', nearest: 'ingress' }, 'there is no service "ingres"', 'did you mean "ingress"?'],
    [
      { name: 'zzz', nearest: null },
      'there is no service "zzz"',
      'see "paictl service list" for the services that there are',
    ],
  ],
  'no-match': [
    [
      { selector: 'tag:x', nearest: null },
      'no service matches "tag:x"',
      'see "paictl service list" for the names, tags and states that there are',
    ],
    [{ selector: 'tag:gup', nearest: 'tag:gpu' }, 'no service matches "tag:gup"', 'did you mean "tag:gpu"?'],
  ],
  'bad-option': [
    [{ message: '--parallel must be above zero' }, '--parallel must be above zero', 'see "paictl --help"'],
    [{ message: 'no', nearest: 'json', command: 'paictl graph' }, 'no', 'did you mean "json"?'],
    [{ message: 'no', nearest: null, command: 'paictl graph' }, 'no', 'see "paictl graph --help"'],
  ],
  'unknown-option': [
    [
      { option: '--al', nearest: '--all', command: 'paictl service start' },
      'there is no option "--al"',
      'did you mean "--all"?',
    ],
    [
      { option: '--zzzz', nearest: null, command: 'paictl service start' },
      'there is no option "--zzzz"',
      'see "paictl service start --help"',
    ],
  ],
  'unknown-command': [
    [{ command: 'strat', nearest: 'start', known: ['start'] }, 'there is no command "strat"', 'did you mean "start"?'],
    [
      { command: 'zzzz', nearest: null, known: ['stop', 'start'] },
      'there is no command "zzzz"',
      'commands: start, stop',
    ],
  ],
  'option-conflict': [
    [
      { options: ['--all', 'web'], reason: '--all means every service' },
      '"--all" and "web" do not go together: --all means every service',
      'leave one of them out',
    ],
  ],
  'unknown-code': [
    [{ code: 'PAI-cycel', nearest: 'PAI-cycle' }, 'there is no code "PAI-cycel"', 'did you mean "PAI-cycle"?'],
    [{ code: 'zzzz', nearest: null }, 'there is no code "zzzz"', 'see "paictl explain" for all of them'],
  ],
  'file-exists': [
    [
      { path: '/p/paictl.yaml' },
      '"paictl.yaml" exists',
      'nothing was overwritten: choose another name, or move it away first',
    ],
  ],
  'unknown-template': [
    [
      { template: 'jobb', nearest: 'job', known: ['job', 'service'] },
      'there is no template "jobb"',
      'did you mean "job"?',
    ],
    [
      { template: 'zzz', nearest: null, known: ['service', 'job'] },
      'there is no template "zzz"',
      'templates: job, service',
    ],
  ],
  'applied-differs': [
    [
      { service: 'web', script: 'stop.sh' },
      '"web" is ended with the stop.sh that it was started with; the one in the project is another',
      'to run the one in the project, add "--from-tree"',
    ],
  ],
  'values-taken-back': [
    [
      { service: 'web', values: [{ path: 'web.port', value: 1, source: '--set' }], verb: 'refresh' },
      '"web" was last started or refreshed with --set web.port=1; this refresh takes it back',
      'to keep it, give it again, or write the values into services-configuration.yaml',
    ],
    [
      {
        service: 'web',
        values: [
          { path: 'web.port', value: 1, source: '/p/prod.yaml' },
          { path: 'web.name', value: 'x', source: '/p/prod.yaml' },
          { path: 'web.host', value: 'h', source: '--set' },
        ],
        verb: 'start',
      },
      '"web" was last started or refreshed with --overlay prod.yaml, --set web.host=h; this start takes them back',
      'to keep them, give them again, or write the values into services-configuration.yaml',
    ],
  ],
  'lease-lost': [
    [
      { services: ['store', 'web'] },
      'what this command held of "store", "web" was taken away before it began',
      'nothing was run; look with "paictl service status" who is at work, and run it again',
    ],
  ],
  locked: [
    [
      { ...HELD, services: ['store', 'web'], holds: 'acts', others: 0 },
      'another command is at work on "store", "web": "paictl service start" (process 12 on box, since 10:00)',
      'wait for it with "--wait-lock 30s", or end process 12',
    ],
    [
      { ...HELD, services: ['store'], holds: 'relies', others: 1 },
      'another command relies on "store": "paictl service start" (process 12 on box, since 10:00); 1 more command is in the way',
      'wait for it with "--wait-lock 30s", or end process 12',
    ],
    [
      { ...HELD, services: ['store', 'web'], holds: 'acts', others: 0, isHere: false },
      'another command is at work on "store", "web": "paictl service start" (process 12 on box, since 10:00)',
      'wait for it with "--wait-lock 30s"; if it is no longer there, take it away with "paictl unlock store"',
    ],
    [
      { ...HELD, services: [], holds: 'all', others: 0, isHere: false },
      'another command is at work on this cluster: "paictl service start" (process 12 on box, since 10:00)',
      'wait for it with "--wait-lock 30s"; if it is no longer there, take it away with "paictl unlock"',
    ],
  ],
  'owner-alive': [
    [
      { owners: [{ pid: 12, command: 'paictl service start' }] },
      'still at work on this machine: "paictl service start" (process 12)',
      'wait for it, or end it: then nothing is held. "--force" takes it away even so, and two commands may act on one service',
    ],
    [
      {
        owners: [
          { pid: 12, command: 'paictl apply' },
          { pid: 13, command: 'paictl service stop web' },
        ],
      },
      'still at work on this machine: "paictl apply" (process 12), "paictl service stop web" (process 13)',
      'wait for them, or end them: then nothing is held. "--force" takes it away even so, and two commands may act on one service',
    ],
  ],
  'cluster-taken': [
    [
      { cluster: 'iris', owner: '/other', isGone: false, project: '/p/mine' },
      'cluster "iris" belongs to another project: "/other"',
      'set another cluster.common.cluster-id for "mine"; if it is that project, moved, add "--take-over"',
    ],
  ],
  foreign: [
    [
      { service: 'web', answer: 'port 80 answers' },
      'something else answers for "web": port 80 answers',
      'end it first, or take it over with "paictl service start web --adopt"',
    ],
  ],
  'dependents-running': [
    [
      { service: 'store', dependents: [{ name: 'web', state: 'running' }], verb: 'stop' },
      'cannot stop "store": "web" (running) needs it',
      'add "--with-dependents" to stop it first, or "--force" to stop it anyway',
    ],
    [
      {
        service: 'store',
        dependents: [
          { name: 'a', state: 'running' },
          { name: 'b', state: 'failed' },
          { name: 'c', state: 'unknown' },
        ],
        verb: 'delete',
      },
      'cannot delete "store": "a" (running), "b" (failed) and "c" (unknown) need it',
      'add "--with-dependents" to stop them first, or "--force" to delete it anyway',
    ],
  ],
  'follower-not-refreshed': [
    [
      { follower: 'ingress', deployments: ['iris'], verb: 'stop', why: 'invalid', detail: 'routes.template:1:3: no x' },
      'cannot stop "iris": "ingress", which follows it, cannot be refreshed first: it cannot be rendered: routes.template:1:3: no x',
      'mend that, stop "ingress" too, or add "--force" to stop it anyway',
    ],
    [
      { follower: 'ingress', deployments: ['a', 'b'], verb: 'delete', why: 'state', detail: 'interrupted' },
      'cannot delete "a", "b": "ingress", which follows them, cannot be refreshed first: it is interrupted',
      'start it, delete "ingress" too, or add "--force" to delete them anyway',
    ],
    [
      { follower: 'ingress', deployments: ['iris'], verb: 'stop', why: 'not-declared', detail: '' },
      'cannot stop "iris": "ingress", which follows it, cannot be refreshed first: the project does not have it any more',
      'mend that, stop "ingress" too, or add "--force" to stop it anyway',
    ],
  ],
  'delete-interrupted': [
    [
      { service: 'store' },
      'the delete of "store" was interrupted: started now, it would come back without all of its data',
      'finish it with "paictl service delete store" or "paictl resume"',
    ],
  ],
  'port-in-use': [
    [
      {
        service: 'web',
        key: 'web.port',
        port: 9501,
        holder: { kind: 'service', service: 'store', cluster: 'lab' },
        free: 9502,
      },
      'port 9501, which "web" would listen on, is in use: "store" of the cluster "lab" answers there',
      'choose another one: "--set web.port=9502"',
    ],
    [
      {
        service: 'web',
        key: 'web.port',
        port: 9501,
        holder: { kind: 'process', pid: 12, command: 'nginx' },
        free: null,
      },
      'port 9501, which "web" would listen on, is in use: process 12 (nginx) listens there',
      'choose another one with "--set"',
    ],
    [
      { service: 'web', key: null, port: 9501, holder: null, free: 9502 },
      'port 9501, which "web" would listen on, is in use',
      'stop what answers there; were the port a value of the configuration, "--set" could choose another one',
    ],
    [
      { service: 'web', key: 'web.port', port: 9501, holder: null, free: 9502 },
      'port 9501, which "web" would listen on, is in use',
      'choose another one: "--set web.port=9502"',
    ],
  ],
  'no-scratch-cluster': [
    [
      { service: 'web', clusterType: 'k8s' },
      'on cluster type "k8s" there is nothing apart to try "web" out in: it would be started, killed and deleted where it is at work',
      'name a cluster that is there to be tested on: "-c FILE", its kubeconfig',
    ],
  ],
  'plan-outdated': [
    [
      {
        service: 'web',
        moved: [
          { kind: 'declared', how: 'changed' },
          { kind: 'state', from: 'running', to: 'failed' },
        ],
      },
      'the plan no longer holds for "web": what the project declares for it has changed since; it was running and is failed',
      'make it again with "paictl plan --output json"',
    ],
    [
      { service: 'web', moved: [{ kind: 'run', run: 'run-7' }] },
      'the plan no longer holds for "web": it was acted on since, by run run-7',
      'make it again with "paictl plan --output json"',
    ],
  ],
  'plan-elsewhere': [
    [
      { cluster: 'prod', here: 'staging' },
      'the plan was made for the cluster "prod", and this project describes "staging"',
      'carry it out in the project that it was made in, or make one here',
    ],
  ],
  'bad-plan': [
    [{ message: 'it is empty' }, 'this is no plan: it is empty', 'make it again with "paictl plan --output json"'],
  ],
  'plan-newer': [
    [
      { found: 2, supported: 1 },
      'the plan was made by a newer paictl: format 2, where this one knows 1',
      'use that version or a later one, or make the plan again with this one',
    ],
  ],
  'skipped-not-running': [
    [
      { service: 'store', state: 'stopped', neededBy: 'web' },
      '"store" is to be skipped, but "web" needs it and it is stopped',
      'start it first with "paictl service start store", or leave out "-k store"',
    ],
  ],
  unconfirmed: [
    [
      { verb: 'delete', what: ['a', 'b'], asked: 'no-terminal' },
      'cannot ask whether to delete "a", "b": there is no terminal',
      'add "--yes" to go on without being asked',
    ],
    [{ verb: 'delete', what: ['a'], asked: 'declined' }, 'not confirmed: did not delete "a"'],
  ],
  'run-interrupted': [
    [
      {
        run: 'r1',
        command: 'paictl service start --all',
        startedAt: '2026-01-01T10:00:00.000Z',
        over: 5,
        total: 12,
        inFlight: [
          { service: 'web', operator: 'start', pid: 42 },
          { service: 'db', operator: 'start', pid: null },
        ],
        files: [],
        isReplaced: false,
      },
      'run r1 ("paictl service start --all") was interrupted: 5 of 12 steps done, the start of "web" (its script still runs, process 42), the start of "db" under way',
      '"paictl resume r1" goes on with it; a command for the same services takes its place',
    ],
    [
      {
        run: 'r1',
        command: 'paictl service stop web',
        startedAt: '2026-01-01T10:00:00.000Z',
        over: 0,
        total: 1,
        inFlight: [],
        files: ['iris'],
        isReplaced: true,
      },
      'run r1 ("paictl service stop web") was interrupted: 0 of 1 step done; still declared: "iris"',
      'once begun, this takes its place; scripts that still run are awaited first, or ended with "--end-survivors"',
    ],
  ],
  'unknown-run': [
    [{ run: 'r2', nearest: 'r1' }, 'there is no run "r2"', 'did you mean "r1"? "paictl runs" lists them'],
    [{ run: 'zzz', nearest: null }, 'there is no run "zzz"', '"paictl runs" lists them'],
  ],
  'not-resumable': [
    [
      { run: 'r1', why: 'replaced', services: ['web'] },
      'run r1 cannot be gone on with: "web" was acted on by a later run',
      '"paictl service status" shows how things are; start or stop what is to be otherwise',
    ],
    [
      { run: 'r1', why: 'changed', services: ['web', 'db'] },
      'run r1 cannot be gone on with: "web" and "db" changed since its plan was made',
      'run its command again for a plan of the project as it is, or bring the project back to what it was',
    ],
    [
      { run: 'r1', why: 'running', services: [] },
      'run r1 is still under way',
      '"paictl runs r1" shows it; Ctrl-C where it runs ends it',
    ],
    [
      { run: 'r1', why: 'over', services: [] },
      'run r1 is over: nothing is left of it to go on with',
      '"paictl runs r1" shows how it ended',
    ],
  ],
  'state-newer': [
    [
      { path: '/p/state.json', found: 3, supported: 2 },
      '"state.json" was written by a newer paictl: format 3, where this one knows 2',
      'use that version or a later one; nothing was changed',
    ],
  ],
  'state-corrupt': [
    [
      { path: '/p/state.json', message: 'not JSON', setAside: '/p/state.json.bad' },
      '"state.json" is damaged: not JSON',
      'it was kept as "state.json.bad", and what it said is taken as unknown',
    ],
    [
      { path: '/p/state.json', message: 'not JSON', setAside: null },
      '"state.json" is damaged: not JSON',
      'nothing was changed; restore the file from a backup, or move it away',
    ],
  ],
  'state-unwritable': [
    [
      { path: '/p/s', reason: 'no space left' },
      'cannot use "s": no space left',
      'check its permissions and the free space, or choose another place with "--state-dir DIR"',
    ],
    [
      { path: '/p/s', reason: 'too many open files' },
      'cannot use "s": too many open files',
      'allow more of them ("ulimit -n 4096"), or let fewer scripts run side by side with "--parallel N"',
    ],
  ],
  'state-unsafe': [
    [
      { path: '/p/s', problem: 'link' },
      '"s" is a symbolic link, which paictl has not made and does not follow',
      'look where it leads, and remove it; nothing was changed there',
    ],
    [
      { path: '/p/s', problem: 'owner', owner: 1000, user: 0 },
      '"s" belongs to another user: its owner is 1000, this is user 0',
      'run paictl as its owner, or choose another place with "--state-dir DIR"',
    ],
    [
      { path: '/p/s', problem: 'open', mode: '777' },
      'others may write to "s" (mode 777), and so decide what is run as this user',
      'see that nobody has changed anything in it, then "chmod go-w s"',
    ],
    [
      { path: "/p/it's mine", problem: 'open', mode: '777' },
      'others may write to "it\'s mine" (mode 777), and so decide what is run as this user',
      `see that nobody has changed anything in it, then "chmod go-w 'it'\\''s mine'"`,
    ],
  ],
  'no-such-cluster': [
    [{ cluster: 'x', known: ['b', 'a'] }, 'no cluster "x" is known here', 'known clusters: a, b'],
    [
      { cluster: 'x', known: [] },
      'no cluster "x" is known here',
      'no cluster has been started yet; "paictl clusters" lists them',
    ],
  ],
}

const display = (file: string): string => file.replace(/^\/p\//, '')

describe('every code has its words', () => {
  for (const [code, cases] of Object.entries(CASES)) {
    test(code, () => {
      expect(cases.length).toBeGreaterThan(0)
      for (const [data, title, help] of cases) {
        expect(wordDiagnostic(diagnostic(code as DiagnosticCode, data as never), display)).toEqual({ title, help })
      }
    })
  }
})
