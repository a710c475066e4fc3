import type { Role } from '../api/queries';
import { createMock, type Mock } from './mock_api';

/** The organisation in memory, seen by somebody with these roles. */
export function signedInAs(...roles: Role[]): Mock {
  const mock = createMock();
  mock.session!.roles = roles;
  return mock;
}
