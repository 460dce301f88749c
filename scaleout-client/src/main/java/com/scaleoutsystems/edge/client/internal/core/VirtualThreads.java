package com.scaleoutsystems.edge.client.internal.core;

import com.scaleoutsystems.edge.client.internal.check.JavaVersion;
import java.lang.reflect.InvocationTargetException;

/** Threads of Java 21 and newer. The SDK is compiled for 17, so it calls for them by name. */
final class VirtualThreads {

    private VirtualThreads() {}

    /** Starts a virtual thread. */
    static Thread start(String name, Runnable body) {
        JavaVersion.requireVirtualThreads();
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
            Object named = builder.getMethod("name", String.class).invoke(virtual, name);
            return (Thread) builder.getMethod("start", Runnable.class).invoke(named, body);
        } catch (InvocationTargetException failure) {
            throw new IllegalStateException("no virtual thread can be started", failure.getCause());
        } catch (ReflectiveOperationException unlike) {
            throw new IllegalStateException("virtual threads are not what they were in Java 21", unlike);
        }
    }
}
