package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.EdgeClientListener;
import com.scaleoutsystems.edge.client.internal.task.Callbacks;
import com.scaleoutsystems.edge.client.network.Credential;
import com.scaleoutsystems.edge.client.network.Generation;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.model.ModelSettings;
import com.scaleoutsystems.edge.model.ModelStoreSettings;
import com.scaleoutsystems.edge.model.TrustPolicy;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The clients of a group begin with all that was set on the group's builder. */
class BuilderCopyTest {

    private static final Duration WAIT = Duration.ofSeconds(77);

    @Test
    void aCopyHasAllSettings() throws Exception {
        EdgeClientBuilder set = EdgeClient.builder()
                .api(URI.create("http://localhost:1"))
                .credential(Credential.token("t"))
                .clientId("id")
                .name("name")
                .preferredCombiner("c")
                .clientVersion("1.0.0")
                .stateDirectory(Path.of("state"))
                .home(Path.of("home"))
                .combiner(GrpcConnectionOptions.of("host", 1))
                .closeOnShutdown(WAIT)
                .waitForNetwork(WAIT)
                .reassignAfter(WAIT)
                .onCredentialsRejected(rejected -> Optional.empty())
                .waitForComputePackage(WAIT)
                .tokens(TokenSettings.defaults().withDirectory(Path.of("tokens")))
                .onTokenRefresh((access, refresh, expires) -> {})
                .connectRetry(RetryPolicy.defaults().withMaxAttempts(77))
                .network(NetworkProfile.defaults().withConnectTimeout(WAIT))
                .tasks(TaskSettings.defaults().withAbortGrace(WAIT))
                .pollInterval(WAIT)
                .callbackThreads(CallbackThreads.on(Runnable::run))
                .reporting(ReportingSettings.defaults().withNodeTelemetry(false))
                .transfers(TransferSettings.defaults().withMaxBytesPerSecond(77_000))
                .models(ModelStoreSettings.defaults()
                        .withModels(ModelSettings.defaults().withTemporaryDirectory(Path.of("tmp"))))
                .trust(
                        TrustPolicy.defaults()
                                .withSigner(
                                        "owner",
                                        KeyPairGenerator.getInstance("Ed25519")
                                                .generateKeyPair()
                                                .getPublic()),
                        modelId -> Optional.empty())
                .generation(Generation.V1_0)
                .listener(new EdgeClientListener() {})
                .onTrain((model, task) -> null);
        EdgeClientBuilder stateless = EdgeClient.builder().stateless();

        List<Field> fields = Arrays.stream(EdgeClientBuilder.class.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
                .toList();
        assertThat(fields).hasSizeGreaterThan(25);
        for (Field field : fields) {
            field.setAccessible(true);
            EdgeClientBuilder from = field.getName().equals("stateless") ? stateless : set;
            Object value = field.get(from);
            Object copied = field.get(new EdgeClientBuilder(from));
            if (value instanceof Callbacks) {
                assertThat(copied).isNotSameAs(value).usingRecursiveComparison().isEqualTo(value);
                continue;
            }
            assertThat(value).as("%s is set", field).isNotEqualTo(field.get(EdgeClient.builder()));
            assertThat(copied).as("%s", field).isEqualTo(value);
        }
    }

    @Test
    void whatOneSetsTheOthersDoNotHave() {
        EdgeClientBuilder first = EdgeClient.builder();
        EdgeClientBuilder second = new EdgeClientBuilder(first).listener(new EdgeClientListener() {});

        assertThat(ClientSeam.settings(first).listeners()).isEmpty();
        assertThat(ClientSeam.settings(second).listeners()).hasSize(1);
    }
}
