/** What may be done now: non-cash first, one tap each; what is not allowed leads on to what would be. */
import type { Schemas } from '../../api/client';
import { useFormat } from '../../parts/format';
import { Disclosure, Loaded } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { ToldForm } from '../../parts/records/told_form';
import { useChangeAction } from '../../parts/records/writes';
import { Mark } from '../../parts/verdict';
import { words } from '../../words';
import { useCheckIdea, useProposeIdea, useTapTile, useTiles } from './queries';

type Tile = Schemas['Tile'];
type Channel = Schemas['Channel'];
type Group = keyof typeof words.tiles.groups;

const inSight = 4;

/** The server's order (non-cash first) is kept within each group. */
export function groupTiles(tiles: Tile[]): [Group, Tile[]][] {
  const groupOf = (tile: Tile): Group => {
    if (tile.outcome === 'allowed' && tile.one_tap) return 'now';
    if (tile.outcome === 'routine') return 'routine';
    if (tile.outcome === 'not allowed') return 'no';
    return 'ask';
  };
  const order: Group[] = ['now', 'ask', 'routine', 'no'];
  return order.map((group) => [group, tiles.filter((tile) => groupOf(tile) === group)] as [Group, Tile[]]).filter(([, list]) => list.length > 0);
}

interface Taps {
  tap(gesture: string): void;
  look(gesture: string): void;
  busy: boolean;
}

function TileCard({ tile, taps }: { tile: Tile; taps: Taps }) {
  const format = useFormat();
  const { gesture } = tile;
  const acts = tile.one_tap && (tile.outcome === 'allowed' || tile.outcome === 'routine');
  const label = acts ? words.tiles.do : tile.outcome === 'needs sign-off' ? words.tiles.ask : words.tiles.look;
  return (
    <li className={`tile ${acts ? 'acts' : ''}`}>
      <button type="button" aria-disabled={taps.busy} data-gesture={gesture.code} aria-describedby={`tile-${gesture.code}`}
              onClick={() => !taps.busy && (acts ? taps.tap(gesture.code) : taps.look(gesture.code))}>
        <Mark outcome={tile.outcome} />
        <span className="tile-text">
          <span className="tile-title">{gesture.title}</span>
          <span className="tile-cost">{format.cost(gesture.amount, gesture.minutes)}</span>
        </span>
        <span className="tile-do">{label}</span>
      </button>
      <p className="tile-why" id={`tile-${gesture.code}`}>{format.sentence(tile.sentence)}</p>
    </li>
  );
}

/** What the last tap did, the way back, and the question that comes next. */
function Tapped({ tap, channel }: { tap: Schemas['Tap']; channel: Channel }) {
  const change = useChangeAction(tap.action.id);
  const undone = change.data?.state === 'reversed';
  return (
    <div className="tapped">
      <p><strong>{undone ? words.tiles.undone(tap.action.title) : words.tiles.done(tap.action.title)}</strong></p>
      {!undone && (
        <button type="button" className="button quiet" aria-disabled={change.busy} onClick={() => !change.busy && change.run({ state: 'reversed' })}>
          {words.tiles.undo}
        </button>
      )}
      <ProblemNotice error={change.error} />
      {!undone && (
        <>
          <p className="label">{words.actions.told}</p>
          <ToldForm action={tap.action.id} title={tap.action.title} channel={channel} />
        </>
      )}
    </div>
  );
}

export function Tiles({ caseId, channel }: { caseId: string; channel: Channel }) {
  const tiles = useTiles(caseId);
  const tapped = useTapTile(caseId);
  const propose = useProposeIdea(caseId);
  const check = useCheckIdea();
  const taps: Taps = {
    busy: tapped.busy || propose.busy || check.busy,
    tap: (gesture) => { check.reset(); tapped.run(gesture); },
    look: (gesture) =>
      propose.run({ gesture, origin: 'suggested' }, (idea) =>
        check.run({ idea: idea.id, request: {} }, () => document.getElementById(`record-${idea.id}`)?.focus())),
  };
  return (
    <aside className="tiles" aria-labelledby="tiles-title">
      <h2 id="tiles-title">{words.tiles.title}</h2>
      <p className="hint">{words.tiles.hint}</p>
      <div role="status">{tapped.data && <Tapped key={tapped.data.action.id} tap={tapped.data} channel={channel} />}</div>
      <ProblemNotice error={tapped.error ?? propose.error ?? check.error} />
      <Loaded query={tiles}>
        {(list) => list.length === 0 ? <p className="empty">{words.tiles.empty}</p> : (
          <>
            {groupTiles(list).map(([group, members], index) => (
              <TileGroup key={group} group={group} members={members} taps={taps} open={index === 0} />
            ))}
          </>
        )}
      </Loaded>
    </aside>
  );
}

function TileGroup({ group, members, taps, open }: { group: Group; members: Tile[]; taps: Taps; open: boolean }) {
  const first = open ? members.slice(0, inSight) : [];
  const rest = open ? members.slice(inSight) : members;
  const list = (some: Tile[]) => <ul className="tile-list">{some.map((tile) => <TileCard key={tile.gesture.code} tile={tile} taps={taps} />)}</ul>;
  if (!open) return <Disclosure summary={`${words.tiles.groups[group]} (${members.length})`}>{list(rest)}</Disclosure>;
  return (
    <>
      <h3>{words.tiles.groups[group]}</h3>
      {list(first)}
      {rest.length > 0 && <Disclosure summary={words.tiles.more(rest.length)}>{list(rest)}</Disclosure>}
    </>
  );
}
