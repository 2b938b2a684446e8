/** What is wrong with deployments, and with who follows them. */
export interface DeploymentProblems {
  /** A deployment, or `follows`, names what is no component. `by`: the deployment, or who follows. */
  'unknown-component': { component: string; by: string; nearest: string | null }
  /** A component that there is one of is deployed, or followed. */
  'single-component': { component: string; by: string; doing: 'deploys' | 'follows' }
  /** A deployment is called as a component is. */
  'name-taken': { name: string }
  /** A component stands for its deployments, and has none. */
  'no-deployments': { component: string }
  /** A file among the deployments that is not read; `expected`: what it would have to be called. */
  /** `more`: of one in a sub-directory, how many more there are in it. */
  'misnamed-deployment': { found: string; expected: string; more?: number }
}
