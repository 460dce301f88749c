package com.scaleoutsystems.edge.testing;

import com.scaleoutsystems.edge.sandbox.network.SandboxGeneration;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives JUnit tests a server and clients. It is written on a test class or on a test method. The methods may then have parameters of
 * these types:
 *
 * <ul>
 *   <li>{@link com.scaleoutsystems.edge.sandbox.Sandbox}: a server in this JVM, on free ports
 *   <li>{@link EdgeClients}: makes clients of this server
 * </ul>
 *
 * <pre>{@code
 * @Test
 * @EdgeTest
 * void aRound(Sandbox sandbox, EdgeClients clients) {
 *     clients.start(builder -> builder.onTrain(callback));
 *     ...
 * }
 * }</pre>
 *
 * <p>Each test has a sandbox of its own, which starts when the first parameter asks for it. The methods with {@code @BeforeEach} and
 * {@code @AfterEach} get the same objects as their test. After the test, the clients of {@link EdgeClients} are closed, then the sandbox.
 *
 * <p>In between, the test fails if it has left something behind: a client that is still connected, or a thread of a callback that still
 * runs. The message names them. Threads that all clients of a JVM share end by themselves, and do not count.
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(EdgeTestExtension.class)
public @interface EdgeTest {

    /**
     * What the sandbox speaks.
     *
     * @return the generation of the protocol; the annotation of a method counts before that of its class
     */
    SandboxGeneration generation() default SandboxGeneration.V1_1;
}
