/** Why something failed, as data: a stable code and a sentence for people. */
export interface Failure {
  code: string;
  message: string;
}
