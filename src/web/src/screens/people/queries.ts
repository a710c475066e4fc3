/** What the people and job role screens ask and change. */
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useWrite } from '../../api/write';

type S = Schemas;
export type Person = S['Person'];
export type JobRole = S['JobRole'];

export const useJobRoles = () =>
  useQuery({ queryKey: ['job-roles'], queryFn: () => answer(client.GET('/api/v1/job-roles')) });

export const useAddPerson = () =>
  useWrite<S['NewPerson'], Person>((body, header) => client.POST('/api/v1/people', { params: { header }, body }));

export const useChangePerson = ({ id, version }: Person) =>
  useWrite<S['PersonChange'], Person>((body, header) =>
    client.PATCH('/api/v1/people/{id}', { params: { path: { id }, header }, headers: { 'If-Match': `"${version}"` }, body }));

export const useAddJobRole = () =>
  useWrite<S['NewJobRole'], JobRole>((body, header) => client.POST('/api/v1/job-roles', { params: { header }, body }));

export const useChangeJobRole = ({ id, version }: JobRole) =>
  useWrite<S['JobRoleChange'], JobRole>((body, header) =>
    client.PATCH('/api/v1/job-roles/{id}', { params: { path: { id }, header }, headers: { 'If-Match': `"${version}"` }, body }));
