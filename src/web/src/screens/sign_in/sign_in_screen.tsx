/** Sign-in: stands at every address until somebody is signed in. */
import { useQueryClient } from '@tanstack/react-query';
import { client, rememberCsrfToken, type Schemas } from '../../api/client';
import { sessionQuery } from '../../api/queries';
import { useWrite } from '../../api/write';
import { Form, TextField } from '../../parts/form';
import { words } from '../../words';

export function SignInScreen() {
  const queries = useQueryClient();
  const signIn = useWrite<Schemas['SignIn'], Schemas['Session']>((body) => client.POST('/api/v1/session', { body }));
  return (
    <main className="sign-in">
      <title>{`${words.signIn.title} · ${words.product}`}</title>
      <div className="card">
        <p className="wordmark">{words.product}</p>
        <h1>{words.signIn.title}</h1>
        <p className="lead">{words.signIn.lead}</p>
        <Form
          write={signIn}
          submit={words.signIn.submit}
          send={(values) => ({
            sign_in_name: values.text('/sign_in_name') ?? '',
            password: values.raw('/password'),
            organisation: values.text('/organisation'),
          })}
          then={(session) => {
            rememberCsrfToken(session.csrf_token);
            queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
            queries.setQueryData(sessionQuery.queryKey, session);
          }}
        >
          <TextField name="/sign_in_name" label={words.signIn.name} autoComplete="username" required />
          <TextField name="/password" label={words.signIn.password} type="password" autoComplete="current-password" required />
          <details className="disclosure">
            <summary><span>{words.signIn.organisation}</span></summary>
            <TextField name="/organisation" label={words.signIn.organisation} hint={words.signIn.organisationHint} autoComplete="organization" />
          </details>
        </Form>
      </div>
    </main>
  );
}
