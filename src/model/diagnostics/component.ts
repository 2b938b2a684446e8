/** What is wrong with a component and its service.yaml. */
export interface ComponentProblems {
  'bad-name': { name: string }
  'missing-file': { what: string; path: string; nearest: string | null }
  /** `what`: for what a file is needed, where that is not said by the path. */
  'not-a-file': { what: string | null; path: string; found: string }
  'no-service-file': { component: string; found: string | null }
  'escaping-path': { what: string; path: string }
  'escaping-link': { what: string; path: string; target: string }
  'duplicate-service': { service: string; other: string }
  'duplicate-template': { target: string }
  'template-target-exists': { target: string; template: string }
  'unlisted-template': { template: string }
  'no-stop-script': { service: string }
  'no-probe': { service: string }
}
