/** What the record shows of each gesture, and what each does to other customers. */
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useWrite } from '../../api/write';

export const useGestureEvidence = () =>
  useQuery({ queryKey: ['gesture-evidence'], queryFn: () => answer(client.GET('/api/v1/gestures/evidence')) });

export const useMonitor = () =>
  useQuery({ queryKey: ['monitor'], queryFn: () => answer(client.GET('/api/v1/monitor')) });

export const useSetExploration = () =>
  useWrite<boolean, Schemas['Exploration']>((on, header) =>
    client.POST('/api/v1/exploration', { params: { header }, body: { on } }));
