import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';
import { signedInAs } from '../../testing/signed_in';
import { suggestPassword } from './password';

it('adds a person and shows once what they sign in with', async () => {
  const { mock, user } = showPage('/setup/people', signedInAs('admin'));
  const form = (await screen.findByText('Add a person')).closest('details')!;
  await user.type(within(form).getByLabelText('Name'), 'Priya Nair');
  await user.click(within(form).getByLabelText(/^Agent/));
  await user.click(within(form).getByLabelText(/^Learner/));
  await user.type(within(form).getByLabelText(/^Team \(/), 'Branch desk');
  await user.type(within(form).getByLabelText(/^Sign-in name/), 'priya');
  const password = (within(form).getByLabelText(/^Password/) as HTMLInputElement).value;
  await user.click(within(form).getByRole('button', { name: 'Add them' }));

  const handover = (await screen.findByText('Priya Nair is added')).closest('div')!;
  expect((within(handover).getByLabelText('Password') as HTMLInputElement).value).toBe(password);
  expect(mock.sent(/^POST \/people/)).toEqual({ display_name: 'Priya Nair', roles: ['agent', 'learner'], team: 'Branch desk', sign_in_name: 'priya', password });
  expect((within(form).getByLabelText(/^Password/) as HTMLInputElement).value).not.toBe(password);
  await user.click(within(handover).getByRole('button', { name: 'I have given it to them' }));
  expect(screen.queryByText('Priya Nair is added')).toBeNull();
  expect(await screen.findByText('Priya Nair')).toBeTruthy();
});

it('adds somebody who never signs in without the password that was suggested', async () => {
  const { mock, user } = showPage('/setup/people', signedInAs('admin'));
  const form = (await screen.findByText('Add a person')).closest('details')!;
  await user.type(within(form).getByLabelText('Name'), 'Jo');
  await user.click(within(form).getByLabelText(/^Learner/));
  await user.click(within(form).getByRole('button', { name: 'Add them' }));
  await screen.findByText('Jo');
  expect(mock.sent(/^POST \/people/)).toEqual({ display_name: 'Jo', roles: ['learner'] });
});

it('says at the roles that one is missing', async () => {
  const { mock, user } = showPage('/setup/people', signedInAs('admin'));
  const form = (await screen.findByText('Add a person')).closest('details')!;
  await user.type(within(form).getByLabelText('Name'), 'Jo');
  mock.refuseNext({ detail: 'A person has at least one role.', field: '/roles' });
  await user.click(within(form).getByRole('button', { name: 'Add them' }));
  expect(await within(within(form).getByRole('group', { name: /What do they do/ })).findByText('A person has at least one role.')).toBeTruthy();
});

it('changes roles on the version that was seen', async () => {
  const { mock, user } = showPage('/setup/people', signedInAs('admin'));
  const line = (await screen.findByText('Lena Ortiz')).closest('details')!;
  expect((within(line).getByLabelText(/^Team lead/) as HTMLInputElement).checked).toBe(true);
  await user.click(within(line).getByLabelText(/^Manager/));
  await user.click(within(line).getByRole('button', { name: 'Save' }));
  expect(await within(line).findByText('Team lead, manager')).toBeTruthy();
  expect(mock.sent(/^PATCH \/people/)).toEqual({ roles: ['lead', 'manager'], team: 'Branch desk' });
});

it('stops somebody signing in only after a yes', async () => {
  const { mock, user } = showPage('/setup/people', signedInAs('admin'));
  const line = (await screen.findByText('Lena Ortiz')).closest('details')!;
  await user.click(within(line).getByRole('button', { name: 'Stop them signing in' }));
  expect(document.activeElement?.textContent).toBe('No');
  await user.click(within(line).getByRole('button', { name: 'No' }));
  expect(document.activeElement?.textContent).toBe('Stop them signing in');
  expect(mock.sent(/^PATCH/)).toBeUndefined();
  await user.click(within(line).getByRole('button', { name: 'Stop them signing in' }));
  await user.click(within(line).getByRole('button', { name: 'Yes' }));
  expect(await within(line).findByText('cannot sign in')).toBeTruthy();
  expect(mock.sent(/^PATCH/)).toEqual({ disabled: true });
  expect(within(line).getByRole('button', { name: 'Let them sign in again' })).toBeTruthy();
});

it('offers nobody who has left where somebody is to be chosen', async () => {
  const mock = signedInAs('manager');
  const list = mock.answer('GET', '/api/v1/people', '').body as { id: string; display_name: string }[];
  mock.answer('PATCH', `/api/v1/people/${list.find((one) => one.display_name === 'Lena Ortiz')!.id}`, '{"disabled":true}');
  const { user } = showPage('/setup/grants', mock);
  const form = (await screen.findByText('Set a limit')).closest('details')!;
  await user.click(within(form).getByLabelText('One person'));
  expect(await within(form).findByText('Martin Webb')).toBeTruthy();
  expect(within(form).queryByText('Lena Ortiz')).toBeNull();
});

it('gives a new password to somebody who has forgotten theirs', async () => {
  const { mock, user } = showPage('/setup/people', signedInAs('admin'));
  const line = (await screen.findByText('Lena Ortiz')).closest('details')!;
  await user.click(within(line).getByRole('button', { name: 'Set it' }));
  expect(await within(line).findByText('Lena Ortiz has a new password')).toBeTruthy();
  const { password } = mock.sent(/^PATCH/) as { password: string };
  expect((within(line).getByLabelText('Password') as HTMLInputElement).value).toBe(password);
});

it('lets others look only', async () => {
  showPage('/setup/people', signedInAs('lead'));
  expect(await screen.findByText('Lena Ortiz')).toBeTruthy();
  expect(screen.getByText('An administrator adds people and changes what they may do.')).toBeTruthy();
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Save' })).toBeNull());
});

it('suggests passwords that are long enough, easy to read and never the same', () => {
  const some = Array.from({ length: 200 }, suggestPassword);
  for (const one of some) expect(one).toMatch(/^[a-hjkmnp-z2-9]{4}-[a-hjkmnp-z2-9]{4}-[a-hjkmnp-z2-9]{4}$/);
  expect(new Set(some).size).toBe(some.length);
});
