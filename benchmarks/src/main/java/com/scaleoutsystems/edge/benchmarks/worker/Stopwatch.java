package com.scaleoutsystems.edge.benchmarks.worker;

import com.scaleoutsystems.edge.benchmarks.Proc;
import java.io.IOException;
import java.util.OptionalLong;

/** Takes the time of a piece of work, and the processor time of this process and of the server meanwhile. */
final class Stopwatch {
    private final OptionalLong server;
    private double serverCpu;
    private double ownCpu;
    private long start;
    private double seconds;

    Stopwatch(OptionalLong server) {
        this.server = server;
    }

    void start() throws IOException {
        serverCpu = -serverCpuSeconds();
        ownCpu = -ownCpuSeconds();
        start = System.nanoTime();
    }

    void stop() throws IOException {
        seconds = (System.nanoTime() - start) / 1e9;
        ownCpu += ownCpuSeconds();
        serverCpu += serverCpuSeconds();
    }

    double seconds() {
        return seconds;
    }

    double cpuSeconds() {
        return ownCpu;
    }

    double serverCpu() {
        return serverCpu;
    }

    static double ownCpuSeconds() throws IOException {
        return Proc.cpuSeconds(ProcessHandle.current().pid());
    }

    private double serverCpuSeconds() throws IOException {
        return server.isPresent() ? Proc.cpuSeconds(server.getAsLong()) : 0;
    }
}
