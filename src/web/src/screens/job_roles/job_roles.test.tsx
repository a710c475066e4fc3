import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { showPage } from '../../testing/render';
import { signedInAs } from '../../testing/signed_in';

it('shows a job role’s duties by the gestures’ names, and who has it', async () => {
  showPage('/setup/job-roles', signedInAs('lead'));
  const line = (await screen.findByText('Branch adviser', { selector: 'strong' })).closest('li')!;
  expect(await within(line).findByText(/Asha Rao/)).toBeTruthy();
  expect(within(line).queryByText('explain-fees')).toBeNull();
  expect(screen.queryByText('Add a job role')).toBeNull();
});

it('adds a job role with the duties that were ticked', async () => {
  const { mock, user } = showPage('/setup/job-roles', signedInAs('manager'));
  const form = (await screen.findByText('Add a job role')).closest('details')!;
  await user.type(within(form).getByLabelText('What is it called?'), 'Cashier');
  await user.click((await within(form).findAllByRole('checkbox'))[0]!);
  await user.click(within(form).getByRole('button', { name: 'Add it' }));
  expect(await screen.findByText('Cashier', { selector: 'strong' })).toBeTruthy();
  expect(mock.sent(/^POST \/job-roles/)).toEqual({ title: 'Cashier', duties: ['call-back'] });
});

it('changes the duties of a job role, on the version that was seen', async () => {
  const { mock, user } = showPage('/setup/job-roles', signedInAs('admin'));
  const line = (await screen.findByText('Branch adviser', { selector: 'strong' })).closest('li')!;
  const boxes = await within(line).findAllByRole('checkbox') as HTMLInputElement[];
  expect(boxes.filter(({ checked }) => checked).map(({ name }) => name)).toEqual(['/duties/explain-fees']);
  await user.click(boxes[0]!);
  await user.click(within(line).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(line.querySelectorAll('.bullets li')).toHaveLength(2));
  expect(mock.sent(/^PATCH \/job-roles/)).toEqual({ title: 'Branch adviser', duties: ['call-back', 'explain-fees'] });
});
