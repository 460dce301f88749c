package com.scaleoutsystems.edge.internal;

import java.lang.reflect.Method;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The libraries that the program has for the SDK. Its platform may choose other versions than the SDK's own, and a tool that packs
 * jars may lose parts of them. What does not fit shows as a {@link LinkageError} somewhere; people need to know which jars they are.
 */
public final class Libraries {

    /** The floors are those of docs/platforms.md. */
    private static final int GRPC_MAJOR = 1;

    private static final int GRPC_MINOR = 68;

    private static final int DEEPEST = 32;

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\..*");

    private static final String CURE =
            "; the SDK works with protobuf-java 3.25.8, 4.27.4 and newer, gRPC 1.68 and newer (all its jars of"
                    + " one version), Jackson 2.15 and newer and okhttp-jvm 5; import com.scaleoutsystems.edge:scaleout-bom before other"
                    + " BOMs to get what it is tested with (docs/platforms.md)";

    /** One class of each library. */
    private static final List<String> CLASSES = List.of(
            "com.google.protobuf.Message",
            "io.grpc.CallOptions",
            "io.grpc.internal.GrpcUtil",
            "io.grpc.protobuf.ProtoUtils",
            "io.grpc.stub.AbstractStub",
            "io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder",
            "okhttp3.OkHttpClient",
            "com.fasterxml.jackson.databind.ObjectMapper",
            "org.slf4j.LoggerFactory");

    private Libraries() {}

    /** Whether a failure means that libraries do not fit together, and not that a class failed for another reason. */
    public static boolean doNotFit(Throwable failure) {
        return failure instanceof LinkageError && !(failure instanceof UnsatisfiedLinkError);
    }

    /** What to tell people about such a failure. */
    public static String misfit(Throwable failure) {
        return "the libraries on the class path do not fit together: " + describe(failure) + told();
    }

    /**
     * What to tell people if gRPC is too old: with one a program would connect, and then fail in the middle of its work. Empty if it is new
     * enough.
     */
    public static Optional<String> tooOldGrpc() {
        return grpcVersion()
                .filter(Libraries::isTooOld)
                .map(version -> "the class path has gRPC " + version + ", which is too old" + told());
    }

    /** The end of such a message: the jars that there are, and the versions that should be there. */
    public static String told() {
        return "; found " + String.join(", ", found()) + CURE;
    }

    /** Whether a version of gRPC is below the floor. */
    public static boolean isTooOld(String grpcVersion) {
        Matcher version = VERSION.matcher(grpcVersion);
        if (!version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        return major < GRPC_MAJOR || (major == GRPC_MAJOR && Integer.parseInt(version.group(2)) < GRPC_MINOR);
    }

    /** The version that gRPC's own code tells, whatever the jar is called; empty if it tells none. */
    private static Optional<String> grpcVersion() {
        try {
            Object build = loaded("io.grpc.internal.GrpcUtil")
                    .getMethod("getGrpcBuildVersion")
                    .invoke(null);
            Method version = build.getClass().getMethod("getImplementationVersion");
            return Optional.of((String) version.invoke(build));
        } catch (ReflectiveOperationException | LinkageError | RuntimeException unknown) {
            return Optional.empty();
        }
    }

    /** The names of the jars that the libraries were loaded from. */
    static Set<String> found() {
        Set<String> jars = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        for (String name : CLASSES) {
            try {
                CodeSource source = loaded(name).getProtectionDomain().getCodeSource();
                URL location = source == null ? null : source.getLocation();
                if (location != null) {
                    jars.add(fileName(location.getPath()));
                }
            } catch (ClassNotFoundException | LinkageError | RuntimeException absent) {
                missing.add("no " + name);
            }
        }
        jars.addAll(missing);
        return jars;
    }

    /** The failure and what began it: an initialiser that failed is named by nothing else. */
    private static String describe(Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; root.getCause() != null && depth < DEEPEST; depth++) {
            root = root.getCause();
        }
        return OneLine.of(root == failure ? itself(failure) : itself(failure) + ", because of " + itself(root));
    }

    private static String itself(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        return failure.getMessage() == null ? name : name + ": " + failure.getMessage();
    }

    private static Class<?> loaded(String name) throws ClassNotFoundException {
        return Class.forName(name, false, Libraries.class.getClassLoader());
    }

    private static String fileName(String path) {
        String folder = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return folder.substring(folder.lastIndexOf('/') + 1);
    }
}
