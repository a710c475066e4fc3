/** A screen's frame: its title (of the tab too), where the focus goes when the screen changes. */
import { useEffect, useRef, type ReactNode } from 'react';
import { words } from '../words';
import { ProblemNotice } from './problem';

interface PageProps {
  title: string;
  /** What stands before the title, small: a reference, say. */
  over?: ReactNode;
  lead?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}

let firstPage = true;

export function Page({ title, over, lead, children, wide }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Whoever reads with a screen reader hears where they are; the first page leaves the focus at its start.
    if (!firstPage && !location.hash) heading.current?.focus();
    firstPage = false;
  }, []);
  return (
    <div className={wide ? 'screen wide' : 'screen'}>
      <title>{`${title} · ${words.product}`}</title>
      <header className="screen-head">
        {over && <p className="over">{over}</p>}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead && <p className="lead">{lead}</p>}
      </header>
      {children}
    </div>
  );
}

interface Answered<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** What a query brings: its data, one moment, or what went wrong. */
export function Loaded<T>({ query, children }: { query: Answered<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ProblemNotice error={query.error} again={() => void query.refetch()} />;
  return <p className="loading">{words.loading}</p>;
}

export function Card({ title, children, id, className, aside }: { title?: ReactNode; children: ReactNode; id?: string; className?: string; aside?: ReactNode }) {
  return (
    <section className={`card ${className ?? ''}`} id={id}>
      {title && (
        <div className="card-head">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}

export function Disclosure({ summary, children, open, className }: { summary: ReactNode; children: ReactNode; open?: boolean; className?: string }) {
  return (
    <details className={`disclosure ${className ?? ''}`} open={open}>
      <summary><span>{summary}</span></summary>
      <div className="disclosed">{children}</div>
    </details>
  );
}
