/** What the limits screen asks and changes. */
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useWrite } from '../../api/write';

type S = Schemas;
export type Grant = S['Grant'];
export type Purpose = Grant['purpose'];

export const useGrants = () =>
  useQuery({ queryKey: ['grants'], queryFn: () => answer(client.GET('/api/v1/grants')) });

export const useGrantAuthority = () =>
  useWrite<S['NewGrant'], Grant>((body, header) => client.POST('/api/v1/grants', { params: { header }, body }));

export const useRevoke = ({ id, version }: Grant) =>
  useWrite<void, Grant>((_, header) =>
    client.POST('/api/v1/grants/{id}/revoke', { params: { path: { id }, header }, headers: { 'If-Match': `"${version}"` } }));
