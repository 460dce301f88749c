package com.scaleoutsystems.edge.client.architecture.planted.house.internal.room;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TransferQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

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

    static final class OldCalendar {
        Calendar open() {
            return Calendar.getInstance();
        }
    }

    static final class SecureChance {
        Random open() {
            return new SecureRandom();
        }
    }

    static final class StrongChance {
        Random open() throws NoSuchAlgorithmException {
            return SecureRandom.getInstanceStrong();
        }
    }

    static final class SplitChance {
        SplittableRandom open() {
            return new SplittableRandom();
        }
    }

    static final class ChanceByName {
        RandomGenerator open() {
            return RandomGenerator.of("L64X128MixRandom");
        }
    }

    static final class ChanceByDefault {
        RandomGenerator open() {
            return RandomGenerator.getDefault();
        }
    }

    static final class ChanceOfAFactory {
        RandomGenerator open() {
            return RandomGeneratorFactory.getDefault().create();
        }
    }

    static final class Shuffle {
        void open(List<String> list) {
            Collections.shuffle(list);
        }
    }

    static final class TemporaryFile {
        Path open() throws IOException {
            return Files.createTempFile("planted", "");
        }
    }

    static final class TemporaryDirectory {
        Path open() throws IOException {
            return Files.createTempDirectory("planted");
        }
    }

    static final class OldTemporaryFile {
        File open() throws IOException {
            return File.createTempFile("planted", "");
        }
    }

    static final class OwnPool {
        Executor open() {
            return new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        }
    }

    static final class TimedPool {
        Executor open() {
            return new ScheduledThreadPoolExecutor(1);
        }
    }

    static final class ParallelStream {
        long open(List<String> list) {
            return list.parallelStream().count();
        }
    }

    static final class ParallelSort {
        void open(int[] numbers) {
            Arrays.parallelSort(numbers);
        }
    }

    static final class DelayedExecutor {
        Executor open() {
            return CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForAThread {
        void open(Thread other) throws InterruptedException {
            other.join(1);
        }
    }

    static final class WaitForAThreadByUnit {
        void open(Thread other) throws InterruptedException {
            TimeUnit.SECONDS.timedJoin(other, 1);
        }
    }

    static final class WaitForAProcess {
        int open(Process other) throws InterruptedException {
            return other.waitFor();
        }
    }

    static final class WaitOfAnObject {
        synchronized void open() throws InterruptedException {
            wait(1);
        }
    }

    static final class WaitForACondition {
        boolean open(Condition condition) throws InterruptedException {
            return condition.await(1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForNanos {
        long open(Condition condition) throws InterruptedException {
            return condition.awaitNanos(1);
        }
    }

    static final class WaitUntilADate {
        boolean open(Condition condition, Date date) throws InterruptedException {
            return condition.awaitUntil(date);
        }
    }

    static final class WaitForALatch {
        boolean open(CountDownLatch latch) throws InterruptedException {
            return latch.await(1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForAPool {
        boolean open(ExecutorService pool) throws InterruptedException {
            return pool.awaitTermination(1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForAllOfAPool {
        List<Future<String>> open(ExecutorService pool, List<Callable<String>> calls) throws InterruptedException {
            return pool.invokeAll(calls, 1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForOneOfAPool {
        String open(ExecutorService pool, List<Callable<String>> calls) throws Exception {
            return pool.invokeAny(calls, 1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForAPhase {
        int open(Phaser phaser) throws Exception {
            return phaser.awaitAdvanceInterruptibly(1, 1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForAnElement {
        String open(BlockingQueue<String> queue) throws InterruptedException {
            return queue.poll(1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForRoom {
        boolean open(BlockingQueue<String> queue) throws InterruptedException {
            return queue.offer("planted", 1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForATaker {
        boolean open(TransferQueue<String> queue) throws InterruptedException {
            return queue.tryTransfer("planted", 1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForAPermit {
        boolean open(Semaphore permits) throws InterruptedException {
            return permits.tryAcquire(1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForALock {
        boolean open(Lock lock) throws InterruptedException {
            return lock.tryLock(1, TimeUnit.SECONDS);
        }
    }

    static final class WaitForAPartner {
        String open(Exchanger<String> exchanger) throws Exception {
            return exchanger.exchange("planted", 1, TimeUnit.SECONDS);
        }
    }
}
