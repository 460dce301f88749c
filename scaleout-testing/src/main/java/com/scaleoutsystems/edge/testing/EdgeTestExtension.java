package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Injects what {@link EdgeTest} promises. Uses only what JUnit has had since 5.8. */
final class EdgeTestExtension implements ParameterResolver, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(EdgeTestExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        Class<?> type = parameter.getParameter().getType();
        return (type == Sandbox.class || type == EdgeClients.class)
                && test.getTestMethod().isPresent();
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        EdgeClients clients = clients(test);
        return parameter.getParameter().getType() == Sandbox.class ? clients.sandbox() : clients;
    }

    private static EdgeClients clients(ExtensionContext test) {
        ExtensionContext.Store store = test.getStore(NAMESPACE);
        EdgeClients present = store.get(EdgeClients.class, EdgeClients.class);
        if (present != null) {
            return present;
        }
        EdgeClients clients =
                new EdgeClients(Sandbox.builder().generation(generation(test)).start());
        store.put(EdgeClients.class, clients);
        return clients;
    }

    private static SandboxGeneration generation(ExtensionContext test) {
        Optional<EdgeTest> annotation = AnnotationSupport.findAnnotation(test.getTestMethod(), EdgeTest.class);
        for (Class<?> type : test.getTestClass().stream().toList()) {
            @Nullable Class<?> around = type;
            while (annotation.isEmpty() && around != null) {
                annotation = AnnotationSupport.findAnnotation(around, EdgeTest.class);
                around = around.getEnclosingClass();
            }
        }
        return annotation.map(EdgeTest::generation).orElse(SandboxGeneration.V1_1);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        EdgeClients clients = test.getStore(NAMESPACE).remove(EdgeClients.class, EdgeClients.class);
        if (clients == null) {
            return;
        }
        try {
            clients.close();
            LeakCheck.of(clients).run();
        } finally {
            clients.sandbox().close();
        }
    }
}
