"""The queue M/M/20+M in SimPy, for bench_queueing: prints "customers seconds mean_wait share_gone".

Handle time 1, patience 2 on average, load 0.95. Written as SimPy's own examples are: a process for
each customer. SimPy 2 (Debian's python3-simpy) and SimPy 3 or later are both known.
"""

import random
import sys
import time

AGENTS, ARRIVALS, HANDLE, PATIENCE = 20, 19.0, 1.0, 2.0


class Tally:
    def __init__(self):
        self.wait = 0.0
        self.gone = 0
        self.customers = 0

    def add(self, wait, gone):
        self.wait += wait
        self.gone += gone
        self.customers += 1


def with_simpy_2(count, draw, tally):
    from SimPy import Simulation as sim

    class Customer(sim.Process):
        def visit(self, pool):
            came = sim.now()
            patience = draw.expovariate(1 / PATIENCE)
            yield (sim.request, self, pool), (sim.hold, self, patience)
            served = self.acquired(pool)
            tally.add(sim.now() - came, not served)
            if served:
                yield sim.hold, self, draw.expovariate(1 / HANDLE)
                yield sim.release, self, pool

    class Source(sim.Process):
        def run(self, pool):
            for _ in range(count):
                yield sim.hold, self, draw.expovariate(ARRIVALS)
                customer = Customer()
                sim.activate(customer, customer.visit(pool))

    sim.initialize()
    source = Source()
    sim.activate(source, source.run(sim.Resource(capacity=AGENTS)))
    sim.simulate(until=float("inf"))


def with_simpy_3(count, draw, tally):
    import simpy

    env = simpy.Environment()
    pool = simpy.Resource(env, capacity=AGENTS)

    def visit():
        came = env.now
        with pool.request() as request:
            served = yield request | env.timeout(draw.expovariate(1 / PATIENCE))
            tally.add(env.now - came, request not in served)
            if request in served:
                yield env.timeout(draw.expovariate(1 / HANDLE))

    def source():
        for _ in range(count):
            yield env.timeout(draw.expovariate(ARRIVALS))
            env.process(visit())

    env.process(source())
    env.run()


def main():
    count = int(sys.argv[1])
    tally = Tally()
    draw = random.Random(7)
    try:
        import simpy  # noqa: F401

        run = with_simpy_3
    except ImportError:
        run = with_simpy_2
    began = time.process_time()
    run(count, draw, tally)
    seconds = time.process_time() - began
    print(tally.customers, seconds, tally.wait / tally.customers, tally.gone / tally.customers)


main()
