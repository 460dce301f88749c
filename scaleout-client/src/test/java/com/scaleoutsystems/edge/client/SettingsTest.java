package com.scaleoutsystems.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.event.ClientState;
import com.scaleoutsystems.edge.client.event.Health;
import com.scaleoutsystems.edge.client.event.LinkQuality;
import com.scaleoutsystems.edge.client.event.QueueHealth;
import com.scaleoutsystems.edge.client.event.TransferDirection;
import com.scaleoutsystems.edge.client.event.TransferProgress;
import com.scaleoutsystems.edge.client.network.GrpcConnectionOptions;
import com.scaleoutsystems.edge.client.network.NetworkProfile;
import com.scaleoutsystems.edge.client.network.ProxySettings;
import com.scaleoutsystems.edge.client.network.RetryPolicy;
import com.scaleoutsystems.edge.client.network.TlsSettings;
import com.scaleoutsystems.edge.client.network.TokenSettings;
import com.scaleoutsystems.edge.client.network.TransferSettings;
import com.scaleoutsystems.edge.client.record.DropReason;
import com.scaleoutsystems.edge.client.record.FlushResult;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.LogOptions;
import com.scaleoutsystems.edge.client.record.LoggingContext;
import com.scaleoutsystems.edge.client.record.PriorityClass;
import com.scaleoutsystems.edge.client.record.RecordInfo;
import com.scaleoutsystems.edge.client.record.RecordKind;
import com.scaleoutsystems.edge.client.record.ReportingSettings;
import com.scaleoutsystems.edge.client.task.CallbackThreads;
import com.scaleoutsystems.edge.client.task.LaneSettings;
import com.scaleoutsystems.edge.client.task.TaskKind;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.client.task.TaskSettings;
import com.scaleoutsystems.edge.client.task.TaskStatus;
import com.scaleoutsystems.edge.client.task.TaskSummary;
import com.scaleoutsystems.edge.client.task.TrainResult;
import com.scaleoutsystems.edge.model.ModelParameters;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.model.Tensor;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each public value that changes by copies: a copy changes what it should, keeps the rest, and takes part in equality. A value that a class
 * forgets to copy or to compare makes this fail.
 */
class SettingsTest {

    private static final ScaleoutModel MODEL = ScaleoutModel.fromModelParameters(ModelParameters.of(Tensor.scalar(1f)));
    /** What a change does besides, where something else was changed before. */
    private static final Map<String, List<String>> ALSO_CHANGED = Map.of(
            "withClientCertificate", List.of("privateKey", "keyPassword"),
            "withClientKeyStore", List.of("privateKey", "keyPassword"),
            "withTrustedCertificates", List.of("trustPassword"),
            "withPollInterval", List.of("activePollInterval"));

    /** Compared by identity. */
    private static final LoggingContext CONTEXT = LoggingContext.of("model", "round", "session");

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @AfterAll
    static void closeModel() {
        MODEL.close();
    }

    static List<Object> values() {
        return List.of(
                NetworkProfile.defaults(),
                TlsSettings.defaults(),
                ProxySettings.of("host", 1),
                TokenSettings.defaults(),
                TransferSettings.defaults(),
                RetryPolicy.defaults(),
                GrpcConnectionOptions.of("host", 1),
                TaskSettings.defaults(),
                LaneSettings.of("lane"),
                TaskRequest.of("id", "type"),
                TaskSummary.of(TaskStatus.COMPLETED, ""),
                TrainResult.of(MODEL, 1),
                ReportingSettings.defaults(),
                PriorityClass.of("class", 1),
                LogOptions.defaults(),
                RecordInfo.of("id", RecordKind.STATUS, "class"),
                FlushResult.of(1, 2),
                Health.of(ClientState.NEW, LinkQuality.HEALTHY),
                QueueHealth.of(1, 2),
                TransferProgress.of(TransferDirection.UPLOAD, "model", 10, MINUTE));
    }

    @Test
    void everyClassThatChangesByCopiesIsTestedHere() {
        Set<String> tested = new HashSet<>();
        values().forEach(value -> tested.add(value.getClass().getName()));

        assertThat(new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages(EdgeClient.class.getPackageName()))
                .filteredOn(type -> !type.getPackageName().contains(".internal"))
                .filteredOn(SettingsTest::changesByCopies)
                .extracting(JavaClass::getName)
                .containsExactlyInAnyOrderElementsOf(tested);
    }

    private static boolean changesByCopies(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getMethods().stream()
                        .anyMatch(method -> method.getName().startsWith("with")
                                && method.getRawReturnType().equals(type));
    }

    @Test
    void aResultKeepsItsMetadataThoughTheProgramChangesItsOwn() {
        List<Object> losses = new ArrayList<>(List.of(0.5));
        Map<String, Object> training = new HashMap<>(Map.of("num_examples", 10, "losses", losses));
        List<Object> tags = new ArrayList<>(List.of("a"));

        TrainResult result = TrainResult.of(MODEL, Map.of("training_metadata", training));
        TrainResult changed = result.withTrainingMetadata("tags", tags);
        losses.add(0.25);
        training.put("num_examples", 0);
        tags.clear();

        assertThat(result.metadata())
                .isEqualTo(Map.of("training_metadata", Map.of("num_examples", 10, "losses", List.of(0.5))));
        assertThat(changed.metadata())
                .isEqualTo(Map.of(
                        "training_metadata", Map.of("num_examples", 10, "losses", List.of(0.5), "tags", List.of("a"))));
    }

    @ParameterizedTest
    @MethodSource("values")
    void eachChangeIsSeenAndCompared(Object value) throws ReflectiveOperationException {
        for (Method change : changes(value)) {
            Object once = changed(value, change);
            Object again = changed(value, change);
            assertThat(differences(value, once)).as("what %s shows", change).isNotEmpty();
            assertThat(once)
                    .as("%s", change)
                    .isNotEqualTo(value)
                    .isEqualTo(again)
                    .hasSameHashCodeAs(again)
                    .hasToString(again.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void eachChangeKeepsWhatAnotherHasChanged(Object value) throws ReflectiveOperationException {
        for (Method first : changes(value)) {
            for (Method second : changes(value)) {
                Object changed = changed(value, first);
                Set<String> kept = differences(value, changed);
                kept.removeAll(differences(value, changed(value, second)));
                kept.removeAll(ALSO_CHANGED.getOrDefault(second.getName(), List.of()));

                Set<String> lost = differences(changed, changed(changed, second));
                lost.retainAll(kept);
                assertThat(lost)
                        .as("%s after %s", second.getName(), first.getName())
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatIsUnsetIsAsBefore(Object value) throws ReflectiveOperationException {
        for (Method unset : unsettings(value)) {
            String name = unset.getName().replaceFirst("without", "with");
            for (Method change : changes(value)) {
                if (change.getName().equals(name)) {
                    Object set = changed(value, change);
                    assertThat(unset.invoke(set, given(unset, set)))
                            .as("%s", unset)
                            .isEqualTo(value);
                }
            }
        }
    }

    private static Object changed(Object value, Method change) throws ReflectiveOperationException {
        return change.invoke(value, given(change, value));
    }

    private static List<Method> changes(Object value) {
        return methods(value)
                .filter(method -> method.getName().matches("with[A-Z].*"))
                .filter(method -> method.getParameterCount() > 0)
                .toList();
    }

    private static List<Method> unsettings(Object value) {
        return methods(value)
                .filter(method -> method.getName().startsWith("without"))
                .toList();
    }

    private static Stream<Method> methods(Object value) {
        return Stream.of(value.getClass().getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                .sorted(Comparator.comparing(Method::toString));
    }

    /** The names of accessors that give something else. */
    private static Set<String> differences(Object one, Object other) throws ReflectiveOperationException {
        Map<String, Object> before = accessors(one);
        Map<String, Object> after = accessors(other);
        Set<String> names = new HashSet<>(before.keySet());
        names.removeIf(name -> before.get(name).equals(after.get(name)));
        return names;
    }

    private static Map<String, Object> accessors(Object value) throws ReflectiveOperationException {
        Map<String, Object> given = new TreeMap<>();
        for (Method method : methods(value).toList()) {
            if (method.getParameterCount() == 0
                    && !method.getReturnType().equals(value.getClass())
                    && !List.of("toString", "hashCode").contains(method.getName())) {
                given.put(method.getName(), method.invoke(value));
            }
        }
        return given;
    }

    private static Object[] given(Method method, Object target) throws ReflectiveOperationException {
        List<Object> arguments = new ArrayList<>();
        for (Type type : method.getGenericParameterTypes()) {
            arguments.add(sample(method, type, target));
        }
        return arguments.toArray();
    }

    /** A value of a type; where there are only a few, another than the one that the target has. */
    private static Object sample(Method method, Type type, Object target) throws ReflectiveOperationException {
        if (method.getName().equals("withPin")) {
            return "sha256/" + "A".repeat(43) + "=";
        }
        if (type.equals(TaskKind.class)) {
            return TaskKind.TRAIN;
        }
        if (type.equals(boolean.class) || type instanceof Class<?> choice && choice.isEnum()) {
            String name = method.getName().substring("with".length());
            Object present = accessors(target).get(name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1));
            return present instanceof Boolean set
                    ? !set
                    : Stream.of(((Class<?>) type).getEnumConstants())
                            .filter(constant -> !constant.equals(present))
                            .findFirst()
                            .orElseThrow();
        }
        Object sample = SAMPLES.get(type.getTypeName());
        assertThat(sample).as("a sample for %s of %s", type, method).isNotNull();
        return sample;
    }

    private static final Map<String, Object> SAMPLES = Map.ofEntries(
            Map.entry("int", 70_001),
            Map.entry("long", 70_001L),
            Map.entry("double", 3.0),
            Map.entry(Duration.class.getName(), Duration.ofMinutes(6)),
            Map.entry(String.class.getName(), "text"),
            Map.entry(Object.class.getName(), "value"),
            Map.entry(InferenceContext.class.getName(), new InferenceContext("inference", "model")),
            Map.entry(LoggingContext.class.getName(), CONTEXT),
            Map.entry(Path.class.getName(), Path.of("file")),
            Map.entry(SecretKey.class.getName(), new SecretKeySpec(new byte[16], "AES")),
            Map.entry(TlsSettings.class.getName(), TlsSettings.defaults().withTrustedCertificates(Path.of("root.pem"))),
            Map.entry(ProxySettings.class.getName(), ProxySettings.of("proxy", 2)),
            Map.entry(RetryPolicy.class.getName(), RetryPolicy.defaults().withMaxAttempts(70)),
            Map.entry(CallbackThreads.class.getName(), CallbackThreads.on(Runnable::run)),
            Map.entry(LaneSettings.class.getName(), LaneSettings.of("another")),
            Map.entry("java.util.List<java.lang.String>", List.of("text")),
            Map.entry("java.util.List<" + PriorityClass.class.getName() + ">", List.of(PriorityClass.of("another", 2))),
            Map.entry(
                    "java.util.Map<" + DropReason.class.getName() + ", java.lang.Long>",
                    Map.of(DropReason.EXPIRED, 5L)),
            Map.entry(
                    "java.util.Map<java.lang.String, " + QueueHealth.class.getName() + ">",
                    Map.of("class", QueueHealth.of(3, 4))));
}
