import { CertificateName } from '../../../roles/model/certificate.ts';
import { bodyOf, isDryRun, jsonBody } from '../body.ts';
import { certificateReport } from '../certificate-report.ts';
import { CertificateBrought, CertificateWanted } from '../contract.ts';
import { decide } from '../decide.ts';
import { parse } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';
import { told } from './nodes.ts';
import { viewOf } from './view.ts';

/** `/v1/certificates`: what is shown to users over TLS. A key comes in and never goes out. */
export function certificateRoutes(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.get('/v1/certificates', (c) => c.json(certificateReport(viewOf(handle))));

  app.post('/v1/certificates', ...jsonBody, async (c) => {
    const brought = await bodyOf(c, CertificateBrought);
    const dryRun = isDryRun(c);
    return decide(
      c,
      handle,
      async ({ certificates }) => told(await certificates.set({ ...brought, dryRun })),
      brought,
    );
  });

  app.post('/v1/certificates/request', ...jsonBody, async (c) => {
    const wanted = await bodyOf(c, CertificateWanted);
    const dryRun = isDryRun(c);
    return decide(
      c,
      handle,
      async ({ certificates }) => told(await certificates.request({ ...wanted, dryRun })),
      wanted,
    );
  });

  app.post('/v1/certificates/:name/renew', (c) => {
    const name = parse(CertificateName, c.req.param('name'));
    return decide(c, handle, async ({ certificates }) => told(await certificates.renew(name)));
  });

  app.delete('/v1/certificates/:name', (c) => {
    const name = parse(CertificateName, c.req.param('name'));
    const dryRun = isDryRun(c);
    return decide(c, handle, async ({ certificates }) => told(await certificates.remove({ name, dryRun })));
  });
}
