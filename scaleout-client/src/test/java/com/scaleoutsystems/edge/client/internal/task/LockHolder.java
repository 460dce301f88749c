package com.scaleoutsystems.edge.client.internal.task;

import java.io.IOException;
import java.nio.file.Path;

/** A program that holds a lock until its input ends. */
final class LockHolder {

    private LockHolder() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ComputeLock lock = ComputeLock.acquire(Path.of(arguments[0]));
        System.out.println("locked");
        int unused = System.in.read();
        lock.close();
    }
}
