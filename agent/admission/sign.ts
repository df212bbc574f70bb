import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import {
  AdmissionRecord,
  admissionText,
  type SignedAdmission,
  type SignedTombstone,
  Tombstone,
  tombstoneText,
} from '../../roles/model/admission.ts';

/** What signs records in the cluster's name: the CA's private key, PKCS #8 in PEM. */
export function authoritySigningKey(caKeyPem: string): KeyObject {
  return createPrivateKey(caKeyPem);
}

/** Signs an admission with the CA's key: ECDSA on P-256 with SHA-256, 64 bytes. */
export function signAdmission(record: AdmissionRecord, caKey: KeyObject): SignedAdmission {
  const parsed = AdmissionRecord.parse(record);
  return { record: parsed, signature: signatureOf(admissionText(parsed), caKey) };
}

/** Signs the end of an admission, likewise. */
export function signTombstone(tombstone: Tombstone, caKey: KeyObject): SignedTombstone {
  const parsed = Tombstone.parse(tombstone);
  return { tombstone: parsed, signature: signatureOf(tombstoneText(parsed), caKey) };
}

function signatureOf(text: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}
