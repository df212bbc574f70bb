import * as z from 'zod';

/** Exactly so many bytes in base64url without padding, in the one spelling that encoding them again gives. */
export function encodedBytes(bytes: number): z.ZodType<string> {
  return z.string().refine((text) => {
    const decoded = Buffer.from(text, 'base64url');
    return decoded.length === bytes && decoded.toString('base64url') === text;
  }, `must be ${bytes} bytes in base64url`);
}
