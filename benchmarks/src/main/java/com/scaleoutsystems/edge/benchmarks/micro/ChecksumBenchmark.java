package com.scaleoutsystems.edge.benchmarks.micro;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What checksums cost at least on this machine: 64 MiB in blocks of 1 MiB. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ChecksumBenchmark {
    private static final int BLOCKS = 64;
    private static final int BLOCK = 1 << 20;

    private final byte[] heap = new byte[BLOCKS * BLOCK];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(BLOCKS * BLOCK);

    @Setup
    public void setUp() {
        new Random(42).nextBytes(heap);
        direct.put(heap).flip();
    }

    @Benchmark
    public byte[] sha256OnHeap() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < BLOCKS; i++) {
            digest.update(heap, i * BLOCK, BLOCK);
        }
        return digest.digest();
    }

    @Benchmark
    public byte[] sha256OfDirectMemory() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < BLOCKS; i++) {
            digest.update(direct.slice(i * BLOCK, BLOCK));
        }
        return digest.digest();
    }

    @Benchmark
    public long crc32OnHeap() {
        CRC32 crc = new CRC32();
        for (int i = 0; i < BLOCKS; i++) {
            crc.update(heap, i * BLOCK, BLOCK);
        }
        return crc.getValue();
    }

    @Benchmark
    public long crc32OfDirectMemory() {
        CRC32 crc = new CRC32();
        for (int i = 0; i < BLOCKS; i++) {
            crc.update(direct.slice(i * BLOCK, BLOCK));
        }
        return crc.getValue();
    }
}
