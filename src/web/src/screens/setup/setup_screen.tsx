/** The way to all that an organisation sets up. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useRoles } from '../../api/queries';
import { Card, Page } from '../../parts/page';
import { words } from '../../words';
import { entriesFor } from './entries';

const w = words.setup;
const groups = Object.keys(w.groups) as (keyof typeof w.groups)[];

export function SetupScreen() {
  const entries = entriesFor(useRoles());
  return (
    <Page title={w.title} lead={w.lead}>
      {groups.map((group) => {
        const inside = entries.filter((one) => one.group === group);
        return inside.length > 0 && (
          <Card key={group} title={w.groups[group]}>
            <ul className="entries">
              {inside.map(({ to, says: [title, line] }) => (
                <li key={to}>
                  <Link to={to}>{title}</Link>
                  <p className="fine">{line}</p>
                </li>
              ))}
            </ul>
          </Card>
        );
      })}
    </Page>
  );
}

/** A page of "Set up": the way back stands above its title. */
export function SetupPage({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return <Page title={title} lead={lead} over={<Link to="/setup">{w.back}</Link>}>{children}</Page>;
}
