package com.scaleoutsystems.edge.client.architecture.planted.house.internal.room;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.Random;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** One class for each door to time, chance and threads. */
final class Doors {

    private Doors() {}

    static final class WallClock {
        long open() {
            return System.currentTimeMillis();
        }
    }

    static final class ReferenceToAClock {
        LongSupplier open() {
            return System::nanoTime;
        }
    }

    static final class Moment {
        Instant open() {
            return Instant.now();
        }
    }

    static final class Today {
        LocalDate open() {
            return LocalDate.now();
        }
    }

    static final class ClockObject {
        Clock open() {
            return Clock.systemUTC();
        }
    }

    static final class OldDate {
        Date open() {
            return new Date();
        }
    }

    static final class Chance {
        Random open() {
            return new Random();
        }
    }

    static final class ChanceOfAThread {
        int open() {
            return ThreadLocalRandom.current().nextInt();
        }
    }

    static final class ChanceOfMath {
        double open() {
            return Math.random();
        }
    }

    static final class Id {
        UUID open() {
            return UUID.randomUUID();
        }
    }

    static final class NewThread {
        Thread open() {
            return new Thread(() -> {}, "planted");
        }
    }

    static final class OwnThread extends Thread {}

    static final class Sleep {
        void open() throws InterruptedException {
            Thread.sleep(1);
        }
    }

    static final class SleepOfAUnit {
        void open() throws InterruptedException {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    static final class Pool {
        void open() {
            Executors.newCachedThreadPool().shutdown();
        }
    }

    static final class CommonPool {
        ForkJoinPool open() {
            return ForkJoinPool.commonPool();
        }
    }

    static final class HiddenCommonPool {
        CompletableFuture<Void> open() {
            return CompletableFuture.runAsync(() -> {});
        }
    }

    static final class HiddenTimer {
        CompletableFuture<String> open(CompletableFuture<String> stage) {
            return stage.completeOnTimeout("late", 1, TimeUnit.SECONDS);
        }
    }

    static final class OtherHiddenTimer {
        CompletableFuture<String> open(CompletableFuture<String> stage) {
            return stage.orTimeout(1, TimeUnit.SECONDS);
        }
    }

    static final class OldTimer {
        Timer open() {
            return new Timer();
        }
    }

    static final class TimedWait {
        void open(CompletableFuture<String> stage) throws Exception {
            stage.get(1, TimeUnit.SECONDS);
        }
    }

    static final class Park {
        void open() {
            LockSupport.parkNanos(1);
        }
    }
}
