package com.scaleoutsystems.edge.testing.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.internal.core.SystemEnv;
import com.scaleoutsystems.edge.client.internal.local.LocalClient;
import com.scaleoutsystems.edge.client.internal.transport.RecordBody;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The kit has one way into the client, and nothing else takes it. */
class KitArchitectureTest {

    private static final String ROOT = "com.scaleoutsystems.edge";
    private static final String KIT = ROOT + ".testing..";
    private static final String WAY_IN = LocalClient.class.getPackageName();

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void theKitUsesNoOtherInternals() {
        internals().check(HOUSE);
    }

    @Test
    void aUseOfOtherInternalsIsFound() {
        JavaClasses planted = new ClassFileImporter().importClasses(Planted.class);

        assertThat(internals().evaluate(planted).getFailureReport().getDetails())
                .isNotEmpty()
                .allMatch(line -> line.contains("SystemEnv"));
    }

    /** Breaks the rule. */
    static final class Planted {
        final SystemEnv env = new SystemEnv();
    }

    @Test
    void nothingElseUsesTheWayIn() {
        noClasses()
                .that()
                .resideOutsideOfPackages(KIT, WAY_IN)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(WAY_IN)
                .check(HOUSE);
    }

    private static ArchRule internals() {
        return noClasses()
                .that()
                .resideInAPackage(KIT)
                .should()
                .dependOnClassesThat(describe("are other internals", KitArchitectureTest::isForeign));
    }

    private static boolean isForeign(JavaClass type) {
        String name = type.getBaseComponentType().getName();
        return name.startsWith(ROOT)
                && name.contains(".internal.")
                && !name.startsWith(WAY_IN + ".")
                && !name.matches(Pattern.quote(RecordBody.class.getName()) + "(\\$.*)?");
    }
}
