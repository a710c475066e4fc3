/** Queries that several screens ask. Those of one screen stand in its own folder. */
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { answer, client, ProblemError, rememberCsrfToken, type Schemas } from './client';

export type Session = Schemas['Session'];
export type Role = Schemas['Role'];

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<Session | null> => {
    try {
      const session = await answer(client.GET('/api/v1/session'));
      rememberCsrfToken(session.csrf_token);
      return session;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) return null;
      throw error;
    }
  },
});

/** The session of a screen that is only shown to people who are signed in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data) throw new Error('A screen was shown to nobody.');
  return data;
}

export function useRoles(): { has: (...roles: Role[]) => boolean } {
  const { roles } = useSession();
  return { has: (...wanted) => wanted.some((role) => roles.includes(role)) };
}

const peopleQuery = queryOptions({ queryKey: ['people'], staleTime: 300_000, queryFn: () => answer(client.GET('/api/v1/people')) });

/** Everybody on record, those who have left too. */
export const usePeople = () => useQuery(peopleQuery);

const stillHere = (people: Schemas['Person'][]) => people.filter(({ disabled }) => !disabled);

/** Who can be asked, told and given something: those who still sign in. */
export const useColleagues = () => useQuery({ ...peopleQuery, select: stillHere });

export const useGestures = () =>
  useQuery({ queryKey: ['gestures'], staleTime: 60_000, queryFn: () => answer(client.GET('/api/v1/gestures')) });

export const useOffers = () =>
  useQuery({ queryKey: ['offers'], queryFn: () => answer(client.GET('/api/v1/offers')) });

export const useProposals = () =>
  useQuery({ queryKey: ['proposals'], queryFn: () => answer(client.GET('/api/v1/proposals')) });

export const useOpenEnds = (enabled = true) =>
  useQuery({ queryKey: ['open-ends'], enabled, queryFn: () => answer(client.GET('/api/v1/open-ends')) });

/** The case behind an open end: what it is about, its channel and its actions. */
export const useCaseOf = (caseId: string | null) =>
  useQuery({
    queryKey: ['case', caseId],
    enabled: caseId !== null,
    queryFn: () => answer(client.GET('/api/v1/cases/{id}', { params: { path: { id: caseId! } } })),
  });

/** What colleagues have asked of me. */
export const useConsultationsWithMe = (enabled = true) =>
  useQuery({ queryKey: ['consultations', 'me'], enabled, queryFn: () => answer(client.GET('/api/v1/consultations', { params: { query: { with: 'me' } } })) });

export const useAuthority = (enabled = true) =>
  useQuery({ queryKey: ['authority'], enabled, queryFn: () => answer(client.GET('/api/v1/authority')) });
