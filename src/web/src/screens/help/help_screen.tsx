/** Help: how it goes, and the words, in short. */
import { Card, Page } from '../../parts/page';
import { words } from '../../words';

const w = words.help;

export function HelpScreen() {
  return (
    <Page title={w.title} lead={w.lead}>
      <Card title={w.loopTitle}><ol>{w.loop.map((step) => <li key={step}>{step}</li>)}</ol></Card>
      <Card title={w.termsTitle}>
        <dl className="terms">{w.terms.map(([term, meaning]) => <div key={term}><dt>{term}</dt><dd>{meaning}</dd></div>)}</dl>
      </Card>
      <Card title={w.raterTitle}>
        <dl className="terms">
          {Object.keys(words.dimension).map((code) => <div key={code}><dt>{words.dimension[code]}</dt><dd>{words.dimensionMeans[code]}</dd></div>)}
        </dl>
      </Card>
    </Page>
  );
}
