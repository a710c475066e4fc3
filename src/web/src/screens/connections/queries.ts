/** What the connections screen asks and changes. */
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useWrite } from '../../api/write';

export type Connection = Schemas['Connection'];

export const useConnections = () =>
  useQuery({ queryKey: ['connections'], queryFn: () => answer(client.GET('/api/v1/connections')) });

export const useAddConnection = () =>
  useWrite<Schemas['NewConnection'], Connection>((body, header) => client.POST('/api/v1/connections', { params: { header }, body }));

export const useDisableConnection = () =>
  useWrite<string, Connection>((id, header) => client.POST('/api/v1/connections/{id}/disable', { params: { path: { id }, header } }));
