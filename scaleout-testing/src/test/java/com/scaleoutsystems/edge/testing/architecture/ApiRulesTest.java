package com.scaleoutsystems.edge.testing.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.scaleoutsystems.edge.sandbox.fault.ControlEndpoint;
import com.scaleoutsystems.edge.sandbox.fault.Fault;
import com.scaleoutsystems.edge.sandbox.fault.FaultEvent;
import com.scaleoutsystems.edge.sandbox.fault.FaultPlan;
import com.scaleoutsystems.edge.sandbox.network.SandboxTokens;
import com.scaleoutsystems.edge.sandbox.record.Recorded;
import com.scaleoutsystems.edge.sandbox.session.TaskOutcome;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps the public API such that it can grow without breaking a program that uses it. */
class ApiRulesTest {

    private static final String ROOT = "com.scaleoutsystems.edge";

    private static final JavaClasses API = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(place -> !place.contains("/edge/proto/"))
            .importPackages(ROOT)
            .that(resideInAnyPackage(
                            ROOT, ROOT + ".model..", ROOT + ".client..", ROOT + ".sandbox..", ROOT + ".testing..")
                    .and(resideOutsideOfPackages("..internal.."))
                    .and(modifier(JavaModifier.PUBLIC)));

    /** The public records, each with the reason why nothing will be added to it. A record cannot get a component without breaking its callers. */
    private static final Map<Class<?>, String> VALUE_RECORDS = Map.of(
            Outcome.class, "the four ends of a record; each carries only what tells it from the others",
            ConnectToApiResult.class,
                    "the answers of the reference client; what may grow lies in GrpcConnectionOptions",
            InferenceContext.class, "two ids that the protocol has",
            SandboxTokens.class, "a token for each kind of credential that the platform has",
            Recorded.class, "what a message of the protocol holds; experimental, and programs read it only",
            TaskOutcome.class, "what the sandbox knows of a task; experimental, and programs read it only",
            Fault.class,
                    "what a fault of the sandbox is; experimental, and programs make it with factories and with… methods",
            FaultPlan.class,
                    "the faults of a sandbox; experimental, and programs make it with factories and with… methods",
            FaultEvent.class, "what a fault did; experimental, and programs read it only",
            ControlEndpoint.class,
                    "where and with which token faults are changed; experimental, and programs read it only");

    @Test
    void publicRecordsAreOnlyThoseThatNeverGrow() {
        rule().check(API);
    }

    @Test
    void plantedRecordOfSettingsIsFound() {
        JavaClasses planted = new ClassFileImporter().importClasses(PlantedSettings.class);

        assertThat(rule().evaluate(planted).getFailureReport().getDetails())
                .singleElement()
                .asString()
                .contains("PlantedSettings is a public record");
    }

    /** Breaks the rule. */
    public record PlantedSettings(int limit, Optional<String> name) {}

    @Test
    void everyPublicTypeSaysSinceWhenItExists() throws IOException {
        assertThat(API).hasSizeGreaterThan(80);
        for (JavaClass type : API) {
            if (type.isTopLevelClass()) {
                assertThat(saysSince(Files.readString(source(type))))
                        .as("whether %s has the tag @since", type.getName())
                        .isTrue();
            }
        }
    }

    @Test
    void aTypeThatDoesNotSaySinceWhenItExistsIsFound() {
        String members =
                "public final class Planted {\n    /** A method.\n     * @since 0.1.0\n     */\n    void m() {}\n}\n";

        assertThat(saysSince("package planted;\n\n/**\n * A type.\n *\n * @since 0.1.0\n */\n" + members))
                .isTrue();
        assertThat(saysSince("package planted;\n\n/** A type. */\n" + members)).isFalse();
        assertThat(saysSince("package planted;\n\n/**\n * A type.\n *\n * @since soon\n */\n" + members))
                .isFalse();
    }

    /** Whether the comment of the type in a source says since when the type exists; those of its members do not count. */
    private static boolean saysSince(String source) {
        String head = source.substring(0, source.indexOf("\npublic ") + 1);
        return Pattern.compile("\\* @since \\d+\\.\\d+\\.\\d+\n").matcher(head).find();
    }

    /** The types of the root package lie in the module of models. */
    private static Path source(JavaClass type) {
        String place = type.getName().substring(ROOT.length() + 1);
        String module = place.contains(".") ? place.substring(0, place.indexOf('.')) : "model";
        return Path.of(
                "..",
                "scaleout-" + module,
                "src",
                "main",
                "java",
                type.getName().replace('.', '/') + ".java");
    }

    private static ArchRule rule() {
        return classes().should(beNoRecordThatMayGrow());
    }

    private static ArchCondition<JavaClass> beNoRecordThatMayGrow() {
        return new ArchCondition<>("be no record, unless it is listed as one that never grows") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (type.isRecord() && VALUE_RECORDS.keySet().stream().noneMatch(listed -> covers(listed, type))) {
                    events.add(SimpleConditionEvent.violated(
                            type,
                            type.getName() + " is a public record; make it a final class with a factory and"
                                    + " with… methods, so that it can grow"));
                }
            }
        };
    }

    private static boolean covers(Class<?> listed, JavaClass type) {
        return type.isEquivalentTo(listed)
                || type.getEnclosingClass()
                        .filter(outer -> outer.isEquivalentTo(listed))
                        .isPresent();
    }
}
