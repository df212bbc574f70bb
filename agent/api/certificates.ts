/** What the HTTPS API shows and trusts, each as PEM. */
export interface Certificates {
  readonly certificate: string;
  readonly key: string;
  /** The cluster's CA: whoever shows a certificate of it is a member. */
  readonly authority: string;
}
