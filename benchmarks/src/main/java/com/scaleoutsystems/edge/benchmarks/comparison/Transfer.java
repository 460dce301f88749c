package com.scaleoutsystems.edge.benchmarks.comparison;

import com.scaleoutsystems.edge.benchmarks.Bench;
import com.scaleoutsystems.edge.benchmarks.Comparison;
import com.scaleoutsystems.edge.benchmarks.Figure;
import com.scaleoutsystems.edge.benchmarks.Figure.Amount;
import com.scaleoutsystems.edge.benchmarks.Run;
import com.scaleoutsystems.edge.benchmarks.Settings;
import com.scaleoutsystems.edge.benchmarks.Side;
import com.scaleoutsystems.edge.benchmarks.Target;
import com.scaleoutsystems.edge.benchmarks.TransferServer;
import com.scaleoutsystems.edge.benchmarks.worker.BareDownload;
import com.scaleoutsystems.edge.benchmarks.worker.BareUpload;
import com.scaleoutsystems.edge.benchmarks.worker.Download;
import com.scaleoutsystems.edge.benchmarks.worker.Upload;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model in chunks of 1 MiB, from the sandbox to a client, or from a client to a server that drops it. */
public final class Transfer implements Comparison {
    private static final String BARE = "bare gRPC stream";
    private static final List<String> JVM = List.of("-Xmx256m");

    private final int mebibytes;
    private final boolean isDownload;
    private final Figure figure;
    private final Settings settings;

    private Transfer(int mebibytes, boolean isDownload, String name, List<Target> targets, Settings settings) {
        this.mebibytes = mebibytes;
        this.isDownload = isDownload;
        this.figure = Figure.seconds(name.formatted(mebibytes), targets.toArray(Target[]::new))
                .withAmount(Amount.ofMebibytes(mebibytes));
        this.settings = settings;
    }

    /** A model is fetched, verified and put on the disk. */
    public static Comparison download(int mebibytes, Settings settings) {
        List<Target> targets = List.of(Target.ratio(1.5), Target.shareOf(BARE, 0.6));
        return new Transfer(mebibytes, true, "download, verified and on disk, %d MiB", targets, settings);
    }

    /** A model is sent. Java knows its digest, which it keeps with a model; the reference computes it for each update. */
    public static Comparison upload(int mebibytes, Settings settings) {
        return new Transfer(mebibytes, false, "upload with known digest, %d MiB", List.of(Target.ratio(1.5)), settings);
    }

    @Override
    public String key() {
        return (isDownload ? "download-" : "upload-") + mebibytes;
    }

    @Override
    public List<Figure> figures() {
        return List.of(figure);
    }

    @Override
    public Side java() {
        return java(Side.JAVA, isDownload ? Download.class : Upload.class, WarmUp.JAVA);
    }

    @Override
    public Side python() {
        return new Side(Side.PYTHON, python(Map.of()));
    }

    private Side.Procedure python(Map<String, Object> more) {
        String script = isDownload ? "download.py" : "upload.py";
        return bench -> transfer(bench, WarmUp.PYTHON, arguments -> {
            arguments.putAll(more);
            return bench.measure(figures(), script, arguments);
        });
    }

    @Override
    public List<Side> beside() {
        Side cold = java("Java, cold", isDownload ? Download.class : Upload.class, WarmUp.NONE);
        Side bare = java(BARE, isDownload ? BareDownload.class : BareUpload.class, WarmUp.JAVA);
        return isDownload
                ? List.of(cold, bare, bareServer())
                : List.of(cold, new Side("Python, digest known", python(Map.of("digest", "known"))), bare);
    }

    private Side java(String name, Class<?> program, WarmUp warmUp) {
        List<String> jvm = program == BareUpload.class ? List.of("-Xmx1g") : JVM;
        return new Side(
                name, bench -> transfer(bench, warmUp, arguments -> bench.measure(figures(), program, jvm, arguments)));
    }

    /** The same stream from a server that has nothing to read: whether the sandbox is what limits. */
    private Side bareServer() {
        return new Side(BARE + ", bare server", bench -> {
            Map<String, Object> arguments = new HashMap<>(WarmUp.JAVA.arguments(settings));
            arguments.putAll(bench.transferServer().bareAddress());
            arguments.put("warmInput", settings.warmSize());
            arguments.put("input", mebibytes);
            return bench.measure(figures(), BareDownload.class, JVM, arguments);
        });
    }

    private interface Moving {
        Run with(Map<String, Object> arguments) throws IOException;
    }

    private Run transfer(Bench bench, WarmUp warmUp, Moving moving) throws IOException {
        TransferServer server = bench.transferServer();
        Map<String, Object> arguments = new HashMap<>(warmUp.arguments(settings));
        arguments.putAll(isDownload ? server.address() : server.bareAddress());
        arguments.put("warmInput", input(bench, settings.warmSize()));
        arguments.put("input", input(bench, mebibytes));
        long before = server.transferred(mebibytes);
        Run run = moving.with(arguments);
        if (server.transferred(mebibytes) != before + 1) {
            throw new IOException("the model did not come from the server, or to it, exactly once");
        }
        return run;
    }

    private Object input(Bench bench, int size) throws IOException {
        return isDownload ? bench.transferServer().model(size) : bench.models().javaContainer(size);
    }
}
